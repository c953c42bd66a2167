// Counts what is read of files, the same way for every reader. In pages and in Workers.
const counted = { reads: 0, bytes: 0 };
self.counted = counted;

const count = (holder, names) => {
    for (const name of names) {
        const original = holder?.prototype[name];
        if (!original) continue;
        holder.prototype[name] = function (...args) {
            counted.reads += 1;
            counted.bytes += (this instanceof Blob ? this : args[0]).size;
            return original.apply(this, args);
        };
    }
};
const asTexts = ["readAsArrayBuffer", "readAsBinaryString", "readAsDataURL", "readAsText"];
count(self.FileReader, asTexts);
count(self.FileReaderSync, asTexts);
count(self.Blob, ["arrayBuffer", "bytes", "stream", "text"]);
