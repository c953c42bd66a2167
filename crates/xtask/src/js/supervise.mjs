// Runs a command for as long as standard input stays open. When the process that holds the other end is gone, however it
// ended, the command and everything that it started are ended, too.
import { spawn } from "node:child_process";

const [, program, ...args] = process.argv;
// A process group of its own, so that it can be ended as a whole.
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });

function signal(name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // No process is left.
  }
}

let ending = false;
function end() {
  if (ending) return;
  ending = true;
  signal("SIGTERM");
  setTimeout(() => signal("SIGKILL"), 5000).unref();
}

process.stdin.on("end", end).on("error", end).resume();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(name, end);
child.on("error", (error) => {
  console.error(`cannot start ${program}: ${error.message}`);
  process.exit(1);
});
child.on("exit", (code) => {
  signal("SIGKILL");
  process.exit(code ?? 1);
});
