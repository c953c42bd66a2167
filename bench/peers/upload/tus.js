// tus-js-client as it comes: one request for the whole file, four tries.
import { Upload } from "tus-js-client";
import { offer } from "./page.js";

offer(({ file, endpoint }) => new Promise((resolve, reject) => {
    const upload = new Upload(file, {
        endpoint,
        metadata: { filename: file.name },
        // Every upload of a measurement is a new one.
        storeFingerprintForResuming: false,
        onSuccess: () => resolve(upload.url.split("/").pop()),
        onError: reject,
    });
    upload.start();
}));
