// QuickJS in WebAssembly, where functions of design documents run: no file, no network, no `process` in reach.
// Invariants: a run ends after `timeMs` (QuickJS asks the clock between steps and while matching patterns; one single
// built-in call over a huge array is not interrupted) and within `MEMORY_BYTES`; after a run that broke off, for want
// of time, memory or stack, the engine is thrown away whole and a new one made.
import {
  newQuickJSWASMModule,
  Scope,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';

const MEMORY_BYTES = 64 * 1024 * 1024;
const STACK_BYTES = 128 * 1024;

/** CouchDB's words for a function that ended in no verdict within its time: a fault of the moment, never a refusal. */
export const OUT_OF_TIME = { error: 'os_process_error', reason: 'OS process timed out.' };

/** A function in the sandbox that takes texts and gives back a text. */
export interface CompiledProgram {
  /** False once the engine it lives in was thrown away: compile it again. */
  alive(): boolean;
  run(given: readonly string[], timeMs: number): { done: string } | { failed: Failed };
  /** The program came back, but with an error of the engine's own: what is left of it is not to be trusted. */
  distrust(): void;
  dispose(): void;
}

export interface ProgramSandbox {
  /** Evaluates a program to a function, which is given texts and makes the function that is kept. */
  compile(
    source: { program: string; given: readonly string[] },
    timeMs: number,
  ): Promise<CompiledProgram | { failed: Failed }>;
}

interface Engine {
  module: QuickJSWASMModule;
  broken: boolean;
}

export function createProgramSandbox(): ProgramSandbox {
  let engine: Promise<Engine> | undefined;

  async function currentEngine(): Promise<Engine> {
    const current = await engine;
    if (current && !current.broken) return current;
    engine = newQuickJSWASMModule().then((module) => ({ module, broken: false }));
    return engine;
  }

  return {
    async compile({ program, given }, timeMs) {
      const at = await currentEngine();
      const room = openRoom(at);
      const compiled = room.run(timeMs, (context) => {
        return Scope.withScope((scope) => {
          const make = scope.manage(context.unwrapResult(context.evalCode(program, 'design.js')));
          const texts = given.map((text) => scope.manage(context.newString(text)));
          return context.unwrapResult(context.callFunction(make, context.undefined, ...texts));
        });
      });
      if ('done' in compiled) return compiledProgram(at, room, compiled.done);
      room.close();
      const { error, reason } = compiled.failed;
      return { failed: { error: at.broken ? error : 'compilation_error', reason } };
    },
  };
}

function compiledProgram(engine: Engine, room: Room, made: QuickJSHandle): CompiledProgram {
  return {
    alive: () => !engine.broken,
    run: (given, timeMs) =>
      room.run(timeMs, (context) => {
        return Scope.withScope((scope) => {
          const texts = given.map((text) => scope.manage(context.newString(text)));
          const answer = context.unwrapResult(context.callFunction(made, context.undefined, ...texts));
          return context.getString(scope.manage(answer));
        });
      }),
    distrust: () => void (engine.broken = true),
    dispose() {
      if (engine.broken) return;
      made.dispose();
      room.close();
    },
  };
}

export type Failed = { error: string; reason: string };

interface Room {
  run<T>(timeMs: number, task: (context: QuickJSContext) => T): { done: T } | { failed: Failed };
  close(): void;
}

/** One runtime with one context: own globals, own memory, own clock. */
function openRoom(engine: Engine): Room {
  const runtime: QuickJSRuntime = engine.module.newRuntime();
  let deadline = Infinity;
  runtime.setMemoryLimit(MEMORY_BYTES);
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => performance.now() > deadline);
  const context = runtime.newContext();
  return {
    run(timeMs, task) {
      deadline = performance.now() + timeMs;
      try {
        return { done: task(context) };
      } catch (failure) {
        return { failed: describeFailure(failure, engine) };
      } finally {
        deadline = Infinity;
      }
    },
    close() {
      if (engine.broken) return;
      context.dispose();
      runtime.dispose();
    },
  };
}

function describeFailure(failure: unknown, engine: Engine): Failed {
  const { name, message } =
    failure instanceof Error ? failure : { name: 'unknown_error', message: String(failure) };
  // Errors of the function's own text are ordinary; all others leave the engine in a state nobody knows.
  const isOrdinary =
    /^(Syntax|Type|Reference|Range)?Error$|^QuickJSUnwrapError$/.test(name) &&
    !/interrupted|memory|stack/.test(message);
  if (!isOrdinary) engine.broken = true;
  if (/interrupted/.test(message)) return OUT_OF_TIME;
  if (/memory|stack/i.test(message))
    return { error: 'internal_error', reason: 'The validation function ran out of memory.' };
  return { error: name, reason: message };
}
