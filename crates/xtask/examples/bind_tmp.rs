fn main() {
    let a: Vec<String> = std::env::args().collect();
    let mut b = wasm_bindgen_cli_support::Bindgen::new();
    b.input_path(&a[1])
        .out_name("index")
        .typescript(false)
        .omit_default_module_path(true)
        .web(true)
        .unwrap()
        .generate(&a[2])
        .unwrap();
}
