// A tus server that keeps its files in the folder of its argument: says its port, and ends with its standard input.
import { createServer } from "node:http";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [, , directory] = process.argv;
const tus = new Server({ path: "/files", datastore: new FileStore({ directory }) });
const server = createServer(tus.handle.bind(tus));
server.listen(0, "127.0.0.1", () => console.log(`ready ${server.address().port}`));
process.stdin.on("end", () => process.exit()).resume();
