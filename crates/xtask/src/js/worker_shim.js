// Stands between workerd and a Worker written in Rust.
//
// A panic aborts the Wasm instance and leaves its memory in an unknown state. The generated glue then schedules a new
// instance, which the next call into it starts. What it cannot know:
// - calls that were under way will never be answered, and in a Durable Object nobody notices: they fail here at once;
// - Durable Objects live on in workerd while the Rust half of each went with the old instance: it is made anew here.
import * as app from "./index.js";

const state = app.__worker_init_state();
let current = state.instanceId;
let panicked = false;
const underWay = new Set();

function failAll() {
  for (const reject of underWay) reject(new Error("the Worker restarts after a fault"));
  underWay.clear();
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

// The id of an instance that can be called.
function live() {
  // Any call into the glue runs a restart that is due.
  app.__worker_init_state();
  // A panic that the glue did not see: restart by hand.
  if (panicked && state.instanceId === current) app.__wbg_reset_state();
  panicked = false;
  current = state.instanceId;
  return current;
}

async function answered(call) {
  const fault = Promise.withResolvers();
  underWay.add(fault.reject);
  try {
    return await Promise.race([call(), fault.promise]);
  } finally {
    underWay.delete(fault.reject);
  }
}

export function handler(call) {
  return (event, env, ctx) => {
    live();
    return answered(() => call(event, env, ctx));
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
      const instance = live();
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
      return answered(() => object[name](...args));
    };
  }
  return Durable;
}
