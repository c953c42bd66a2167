// Stands between workerd and a Worker written in Rust.
//
// A panic aborts the Wasm instance and leaves its memory in an unknown state. The generated glue then schedules a new
// instance, which the next call into it starts. Two things it cannot know, and without this file each of them would
// outlast the panic:
// - Calls in flight wait for futures of the old instance, which nothing polls any more. workerd notices that in a plain
//   Worker and fails them. In a Durable Object it does not, and the client waits until it times out. They fail here at
//   once, and clients repeat them.
// - A Durable Object stays in workerd while its Rust half went with the old instance. Its next calls would pass a pointer
//   into memory that is gone, so every call of that upload would fail until the object is evicted. The Rust half is
//   made anew here.
import * as app from "./index.js";

const state = app.__worker_init_state();
let current = state.instanceId;
let panicked = false;
const inFlight = new Set();

function failAll() {
  for (const reject of inFlight) reject(new Error("the Worker restarts after a fault"));
  inFlight.clear();
}

// The panic hook of the `worker` crate writes this property.
Object.defineProperty(state, "criticalError", {
  get: () => panicked,
  set(value) {
    panicked = value;
    if (value) failAll();
  },
});

// Traps that are no panics, such as an exhausted stack, come only here.
addEventListener("error", (event) => {
  if (event.error instanceof WebAssembly.RuntimeError) failAll();
});

// The id of the instance that is called, after a restart if one is due.
function currentInstance() {
  // Any call into the glue runs a restart that is due.
  app.__worker_init_state();
  // A panic that the glue did not see: restart by hand.
  if (panicked && state.instanceId === current) app.__wbg_reset_state();
  panicked = false;
  current = state.instanceId;
  return current;
}

// The call's result, unless the instance is aborted before.
async function untilAbort(call) {
  const abort = Promise.withResolvers();
  inFlight.add(abort.reject);
  try {
    return await Promise.race([call(), abort.promise]);
  } finally {
    inFlight.delete(abort.reject);
  }
}

export function handler(call) {
  return (event, env, ctx) => {
    currentInstance();
    return untilAbort(() => call(event, env, ctx));
  };
}

// A class for workerd around a class of the Wasm instance, with the same methods.
export function durable(Rust) {
  class Durable {
    #args;
    #instance;
    #object;

    constructor(...args) {
      this.#args = args;
      this.object();
    }

    object() {
      const instance = currentInstance();
      if (this.#instance !== instance) {
        this.#object = new Rust(...this.#args);
        this.#instance = instance;
      }
      return this.#object;
    }
  }
  const own = ["constructor", "free", "__destroy_into_raw"];
  for (const name of Object.getOwnPropertyNames(Rust.prototype)) {
    if (own.includes(name)) continue;
    Durable.prototype[name] = function (...args) {
      const object = this.object();
      return untilAbort(() => object[name](...args));
    };
  }
  return Durable;
}
