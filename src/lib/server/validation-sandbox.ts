// QuickJS in WebAssembly, where functions of design documents run: no file, no network, no `process` in reach.
// Invariants: a check ends after `timeMs` (QuickJS asks the clock between steps and while matching patterns; one single
// built-in call over a huge array is not interrupted) and within `MEMORY_BYTES`; after a check that broke off, for want
// of time, memory or stack, the engine is thrown away whole and a new one made.
import {
  newQuickJSWASMModule,
  Scope,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';
import { VALIDATION_PROGRAM, type ProgramVerdict } from './validation-program.ts';

const MEMORY_BYTES = 64 * 1024 * 1024;
const STACK_BYTES = 128 * 1024;

export type Verdict =
  | { outcome: 'valid' }
  | { outcome: 'refused'; error: 'forbidden' | 'unauthorized'; reason: unknown }
  /** The function itself is at fault, or its input was too much for it. */
  | { outcome: 'failed'; error: string; reason: string };

/** The four arguments of `validate_doc_update`, each as JSON. */
export interface ValidationInput {
  newDoc: string;
  oldDoc: string;
  userCtx: string;
  secObj: string;
}

export interface CompiledValidation {
  /** False once the engine it lives in was thrown away: compile it again. */
  alive(): boolean;
  check(input: ValidationInput, timeMs: number): Verdict;
  dispose(): void;
}

export interface ValidationSandbox {
  /** Compiles the `validate_doc_update` of a design document. */
  compile(
    designJson: string,
    timeMs: number,
  ): Promise<CompiledValidation | Extract<Verdict, { outcome: 'failed' }>>;
}

/** CouchDB's words for a function that ended in no verdict within its time: a fault of the moment, never a refusal. */
export const OUT_OF_TIME = { error: 'os_process_error', reason: 'OS process timed out.' };

interface Engine {
  module: QuickJSWASMModule;
  broken: boolean;
}

export function createValidationSandbox(): ValidationSandbox {
  let engine: Promise<Engine> | undefined;

  async function currentEngine(): Promise<Engine> {
    const current = await engine;
    if (current && !current.broken) return current;
    engine = newQuickJSWASMModule().then((module) => ({ module, broken: false }));
    return engine;
  }

  return {
    async compile(designJson, timeMs) {
      const at = await currentEngine();
      const room = openRoom(at);
      const compiled = room.run(timeMs, (context) => {
        return Scope.withScope((scope) => {
          const program = scope.manage(
            context.unwrapResult(context.evalCode(VALIDATION_PROGRAM, 'validation.js')),
          );
          const design = scope.manage(context.newString(designJson));
          return context.unwrapResult(context.callFunction(program, context.undefined, design));
        });
      });
      if ('failed' in compiled) {
        room.close();
        const isOver = at.broken;
        return {
          outcome: 'failed',
          error: isOver ? compiled.failed.error : 'compilation_error',
          reason: compiled.failed.reason,
        };
      }
      return compiledValidation(at, room, compiled.done);
    },
  };
}

function compiledValidation(engine: Engine, room: Room, check: QuickJSHandle): CompiledValidation {
  return {
    alive: () => !engine.broken,
    check({ newDoc, oldDoc, userCtx, secObj }, timeMs) {
      const ran = room.run(timeMs, (context) => {
        return Scope.withScope((scope) => {
          const given = [newDoc, oldDoc, userCtx, secObj].map((json) =>
            scope.manage(context.newString(json)),
          );
          const answer = context.unwrapResult(context.callFunction(check, context.undefined, ...given));
          return context.getString(scope.manage(answer));
        });
      });
      return 'failed' in ran ? { outcome: 'failed', ...ran.failed } : readVerdict(ran.done, engine);
    },
    dispose() {
      if (engine.broken) return;
      check.dispose();
      room.close();
    },
  };
}

function readVerdict(text: string, engine: Engine): Verdict {
  if (text === '') return { outcome: 'valid' };
  const verdict = JSON.parse(text) as ProgramVerdict;
  if (verdict.kind !== 'error') return { outcome: 'refused', error: verdict.kind, reason: verdict.reason };
  // The function caught nothing, but the engine was at its end: what is left of it is not to be trusted.
  if (verdict.name === 'InternalError') engine.broken = true;
  return { outcome: 'failed', error: verdict.name, reason: verdict.reason };
}

type Failed = { error: string; reason: string };

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
