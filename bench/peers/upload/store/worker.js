// This Worker is never called: wrangler serves the bucket's S3 interface beside it.
export default { fetch: () => new Response("the bucket is at /cdn-cgi/local/r2/s3/bench") };
