// Uppy with its plugin for S3, as its documentation sets it up for signing in the page. `partSize` is left out for
// Uppy's own choice.
import Uppy from "@uppy/core";
import AwsS3 from "@uppy/aws-s3";
import { offer } from "./page.js";

offer(({ file, endpoint, key, partSize, credentials }) => {
    const uppy = new Uppy();
    uppy.use(AwsS3, {
        s3Endpoint: endpoint,
        region: "auto",
        getCredentials: async () => ({ credentials: { ...credentials, sessionToken: "" }, region: "auto" }),
        generateObjectKey: () => key,
        ...(partSize && { getChunkSize: () => partSize }),
    });
    uppy.addFile({ name: file.name, type: file.type, data: file, source: "Local" });
    return uppy.upload().then(({ failed }) => {
        if (failed.length > 0) throw new Error(failed[0].error);
        return key;
    });
});
