// Runs a command for as long as standard input stays open: whoever holds the other end takes the command and all that
// it started along when it ends, however it ends.
import { spawn } from "node:child_process";

const [, program, ...args] = process.argv;
// A process group of its own, so that it can be ended as a whole.
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"], detached: true });

function signal(name) {
  try {
    process.kill(-child.pid, name);
  } catch {
    // Nobody is left.
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
