// What the pages of all clients have in common: the chosen file, the time, and an element that says how it ended.

/// `upload({file, ...options})` resolves with what the store calls the file.
export const offer = (upload) => {
    self.begin = (options) => {
        const file = document.querySelector("#file").files[0];
        const started = performance.now();
        const end = (outcome) => {
            document.body.dataset.outcome = JSON.stringify(outcome);
        };
        upload({ file, ...options }).then(
            (stored) => end({ stored, seconds: (performance.now() - started) / 1000 }),
            (error) => end({ error: String(error?.message ?? error).slice(0, 300) }),
        );
    };
    document.body.dataset.ready = "";
};
