// Starts the engine in its Web Worker. Messages that come before it is ready are kept and delivered then.
import start from "./index.js";

const early = [];
const keep = (event) => early.push(event);
addEventListener("message", keep);
await start({ module_or_path: WASM_URL });
removeEventListener("message", keep);
for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports }));
