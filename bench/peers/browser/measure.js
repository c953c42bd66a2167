// Runs the page's reader on the chosen file: `measure(runs)` resolves with facts, times and counts.
//
// A reader page defines `read(file)`, which resolves with {identifier, version, build, name}, and may define
// `counts()`, which resolves with {reads, bytes} so far.

// Another promise's error, or one of an event handler, would be lost otherwise.
const uncaught = new Promise((_, reject) => {
    addEventListener("error", (event) => reject(new Error(`uncaught: ${event.message}`)));
    addEventListener("unhandledrejection", (event) => reject(new Error(`uncaught: ${event.reason}`)));
});
uncaught.catch(() => {});

self.measure = async (runs) => {
    const file = document.querySelector("#file").files[0];
    const counts = self.counts ?? (async () => self.counted);
    const result = { facts: null, error: null, seconds: [] };
    const before = { ...(await counts()) };
    for (let run = 0; run < runs; run += 1) {
        const started = performance.now();
        try {
            result.facts = await Promise.race([self.read(file), uncaught]);
        } catch (error) {
            result.error = String(error?.message ?? error).slice(0, 500);
        }
        result.seconds.push((performance.now() - started) / 1000);
        if (run > 0) continue;
        const after = await counts();
        result.reads = after.reads - before.reads;
        result.bytes = after.bytes - before.bytes;
    }
    return result;
};
