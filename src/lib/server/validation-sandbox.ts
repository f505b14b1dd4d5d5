// `validate_doc_update` in the sandbox: what it says of a write, as a verdict.
import { createProgramSandbox, type CompiledProgram } from './program-sandbox.ts';
import { VALIDATION_PROGRAM, type ProgramVerdict } from './validation-program.ts';

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

export function createValidationSandbox(): ValidationSandbox {
  const sandbox = createProgramSandbox();
  return {
    async compile(designJson, timeMs) {
      const compiled = await sandbox.compile({ program: VALIDATION_PROGRAM, given: [designJson] }, timeMs);
      return 'failed' in compiled ? { outcome: 'failed', ...compiled.failed } : validationOf(compiled);
    },
  };
}

function validationOf(compiled: CompiledProgram): CompiledValidation {
  return {
    alive: () => compiled.alive(),
    check({ newDoc, oldDoc, userCtx, secObj }, timeMs) {
      const ran = compiled.run([newDoc, oldDoc, userCtx, secObj], timeMs);
      return 'failed' in ran ? { outcome: 'failed', ...ran.failed } : readVerdict(ran.done, compiled);
    },
    dispose: () => compiled.dispose(),
  };
}

function readVerdict(text: string, compiled: CompiledProgram): Verdict {
  if (text === '') return { outcome: 'valid' };
  const verdict = JSON.parse(text) as ProgramVerdict;
  if (verdict.kind !== 'error') return { outcome: 'refused', error: verdict.kind, reason: verdict.reason };
  if (verdict.name === 'InternalError') compiled.distrust();
  return { outcome: 'failed', error: verdict.name, reason: verdict.reason };
}
