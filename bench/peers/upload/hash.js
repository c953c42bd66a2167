// MD5 of the same bytes, by the engine's own hasher and by hash-wasm, by turns. `measure(runs)` resolves with seconds.
// `measureEvents(runs)` resolves with what an event of the engine takes to cross to the page, in microseconds.
import { createMD5 } from "hash-wasm";

const PART = 8 << 20;
const N_PARTS = 32;

// The engine as it is shipped, with its hasher open to us; in a page its other parts do nothing.
const url = new URL("engine/index.js", location);
const engine = await import(url);
await engine.default({ module_or_path: new URL("engine/index_bg.wasm", location) });

const part = new Uint8Array(PART);
for (let at = 0; at < PART; at += 65536) crypto.getRandomValues(part.subarray(at, at + 65536));

const parts = (take) => {
    for (let number = 0; number < N_PARTS; number += 1) take(number * PART);
};

/// Each part's own digest and that of all of them, as an upload needs both.
const engineBoth = () => {
    const hasher = new engine.MeasuredMd5(PART * N_PARTS);
    let whole;
    parts((offset) => (whole = hasher.take(offset, part)));
    hasher.free();
    return whole;
};
/// Only the parts' own: an offset out of order is no business of the whole file's hasher.
const engineSingle = () => {
    const hasher = new engine.MeasuredMd5(PART * N_PARTS);
    parts((offset) => hasher.take(offset + 1, part));
    hasher.free();
};

const [single, whole] = await Promise.all([createMD5(), createMD5()]);
const peerBoth = () => {
    whole.init();
    parts(() => {
        single.init();
        single.update(part);
        single.digest();
        whole.update(part);
    });
    return whole.digest();
};
const peerSingle = () => {
    parts(() => {
        single.init();
        single.update(part);
        single.digest();
    });
};

const contestants = { engineBoth, peerBoth, engineSingle, peerSingle };
self.measure = async (runs) => {
    const seconds = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
    // The first round is where the modules are compiled for good.
    for (let run = 0; run <= runs; run += 1) {
        for (const [name, hash] of Object.entries(contestants)) {
            const started = performance.now();
            hash();
            if (run > 0) seconds[name].push((performance.now() - started) / 1000);
        }
    }
    return { seconds, areEqual: engineBoth() === peerBoth(), bytes: PART * N_PARTS };
};

/// Each is written in Wasm, cloned by the browser as `postMessage` does, and read in Wasm.
const crossings = {
    structured: (event) => engine.MeasuredEvent.from_structured(structuredClone(event.to_structured())).free(),
    json: (event) => engine.MeasuredEvent.from_json(structuredClone(event.to_json())).free(),
};
const EVENTS = { progress: 4000, inspected: 1000 };
self.measureEvents = async (runs) => {
    const microseconds = {};
    for (const [kind, n] of Object.entries(EVENTS)) {
        const event = engine.MeasuredEvent[kind]();
        microseconds[kind] = Object.fromEntries(Object.keys(crossings).map((name) => [name, []]));
        for (let run = 0; run <= runs; run += 1) {
            for (const [name, cross] of Object.entries(crossings)) {
                const started = performance.now();
                for (let i = 0; i < n; i += 1) cross(event);
                if (run > 0) microseconds[kind][name].push(((performance.now() - started) * 1000) / n);
            }
        }
    }
    return { microseconds };
};
document.body.dataset.ready = "";
