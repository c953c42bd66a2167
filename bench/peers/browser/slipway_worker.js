// Starts the engine as it is shipped, the one that the address names behind `#`, and tells what it has read.
import "./count.js";

addEventListener("message", (event) => {
    if (event.data !== "counts") return;
    event.stopImmediatePropagation();
    postMessage({ counted: self.counted });
});
const folder = location.hash.slice(1);
const { default: start } = await import(`./${folder}/index.js`);
await start({ module_or_path: new URL(`./${folder}/index_bg.wasm`, import.meta.url) });
