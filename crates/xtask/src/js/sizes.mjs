// Prints the sizes of the files named as arguments, as JSON, in bytes: as they are, with gzip 9 and with brotli 11.
import { readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
const sizes = process.argv.slice(1).map((path) => {
  const bytes = readFileSync(path);
  return {
    plain: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, quality).length,
  };
});
console.log(JSON.stringify(sizes));
