// Starts the engine as it is shipped, and tells what it has read.
import "./count.js";
import start from "./engine/index.js";

addEventListener("message", (event) => {
    if (event.data !== "counts") return;
    event.stopImmediatePropagation();
    postMessage({ counted: self.counted });
});
await start({ module_or_path: new URL("./engine/index_bg.wasm", import.meta.url) });
