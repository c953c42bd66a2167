use super::*;

/// What the modules of a crate of these files name in one another: `from > to`, children and parents left out.
fn check(files: &[(&str, &str)], expected: &[&str]) {
    let read = |path: &Path| {
        let found = files.iter().find(|(name, _)| path == Path::new(name));
        found.map(|(_, text)| (*text).to_owned())
    };
    let sources = Sources::read(Path::new("lib.rs"), &read).unwrap();
    let mentions = sources.mentions();
    let is_across =
        |mention: &&Mention| !mention.from.starts_with(&mention.to) && !mention.to.starts_with(&mention.from);
    let shown: BTreeSet<_> = mentions
        .iter()
        .filter(is_across)
        .map(|Mention { from, to, .. }| format!("{} > {}", from.join("::"), to.join("::")))
        .collect();
    assert_eq!(shown.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn imports_are_found_wherever_they_begin() {
    let b = ("b.rs", "pub struct T; pub struct U;");
    let lib = ("lib.rs", "mod a; mod b;");
    for text in
        ["use crate::b::T;", "use super::b::{T, U as V};", "use {crate::b};", "pub(crate) use super::b::*;"]
    {
        check(&[lib, b, ("a.rs", text)], &["a > b"]);
    }
}

#[test]
fn a_path_in_a_body_a_macro_or_an_attribute_counts() {
    let files = [("lib.rs", "mod a; mod b;"), ("b.rs", "pub fn f() {}")];
    for text in [
        "fn g() { crate::b::f() }",
        "fn g() { let x = super::b::f(); }",
        "fn g() { println!(\"{}\", crate::b::f()) }",
        "#[derive(Serialize)] struct S { #[serde(with = \"crate::b\")] field: u8 }",
        "fn g() { (0..crate::b::f()).len() }",
        "macro_rules! m { () => { $crate::b::f() } }",
    ] {
        check(&[&files[..], &[("a.rs", text)]].concat(), &["a > b"]);
    }
}

#[test]
fn comments_strings_and_tests_do_not_count() {
    let files = [("lib.rs", "mod a; mod b;"), ("b.rs", "pub struct T;"), ("a/tests.rs", "use crate::b::T;")];
    for text in [
        "/// See [`crate::b::T`].\n// crate::b::T\nstruct A;",
        "const TEXT: &str = \"crate::b::T\";",
        "#[cfg(test)] mod tests { use crate::b::T; }",
        "#[cfg(test)] mod tests;",
        "#[cfg(all(test, feature = \"x\"))] use crate::b::{T};",
        "#[cfg(test)] fn f<A, B>() -> crate::b::T { todo() }",
        "#[cfg(test)] #[allow(unused)] pub(crate) const fn f() -> crate::b::T { T }",
        "struct A { #[cfg(test)] field: crate::b::T, other: u8 }",
        "use ::b::T; use other::b::T; fn f() { x.b::<T>(); <A as B>::b::T; }",
        "fn f<'b>() { let b = 1; b + self.b }",
    ] {
        check(&[&files[..], &[("a.rs", text)]].concat(), &[]);
    }
}

#[test]
fn what_is_compiled_without_tests_too_counts() {
    let files = [("lib.rs", "mod a; mod b;"), ("b.rs", "pub struct T;")];
    for text in
        ["#[cfg(any(test, feature = \"x\"))] use crate::b::T;", "#[cfg(test)] use x::{y}; use crate::b::T;"]
    {
        check(&[&files[..], &[("a.rs", text)]].concat(), &["a > b"]);
    }
}

#[test]
fn a_re_export_of_a_parent_leads_to_where_the_item_is() {
    let files = [
        ("lib.rs", "mod a; mod b; mod c; pub use b::T; use c::*;"),
        ("b.rs", "pub struct T;"),
        ("c.rs", "pub struct U; pub fn u() {}"),
    ];
    check(&[&files[..], &[("a.rs", "use crate::T;")]].concat(), &["a > b"]);
    check(&[&files[..], &[("a.rs", "fn f() -> super::U { let u = 1; }")]].concat(), &["a > c"]);
    check(
        &[&files[..], &[("a.rs", "use super::*; fn f(t: T) { let _ = U; }")]].concat(),
        &["a > b", "a > c"],
    );
}

#[test]
fn a_module_that_is_imported_is_followed_further() {
    check(
        &[
            ("lib.rs", "mod x; use x as y;"),
            ("x/mod.rs", "mod a; mod b;"),
            ("x/a.rs", "use crate::x; fn f() -> x::b::T { }"),
            ("x/b.rs", "pub struct T; fn g() { super::super::y::a::f() }"),
        ],
        &["x::a > x::b", "x::b > x::a"],
    );
}

#[test]
fn modules_are_read_from_where_the_compiler_reads_them() {
    check(
        &[
            ("lib.rs", "mod a; mod b { mod c; mod d { pub struct D; } } #[path = \"other/e.rs\"] mod e;"),
            ("a.rs", "mod inner;"),
            ("a/inner.rs", "use crate::b::d::D;"),
            ("b/c/mod.rs", "mod deep; use super::d::D;"),
            ("b/c/deep.rs", "use crate::a;"),
            ("other/e.rs", "mod f;"),
            ("other/f.rs", "use crate::a;"),
        ],
        &["a::inner > b::d", "b::c > b::d", "b::c::deep > a", "e::f > a"],
    );
}

#[test]
fn a_variant_that_is_imported_by_a_glob_is_no_item_of_the_module() {
    check(
        &[
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use crate::b::Kind::*; fn f() { Zip }"),
            ("b.rs", "use crate::c::Zip; pub enum Kind { Zip }"),
            ("c.rs", "pub struct Zip;"),
        ],
        &["a > b", "b > c"],
    );
}
