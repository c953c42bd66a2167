// Starts the portal. A file of its own, because the page's policy allows no inline script.
import start from "./index.js";

start({ module_or_path: WASM_URL });
