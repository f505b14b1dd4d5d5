// What runs inside the sandbox: it is given a design document as JSON and gives back one function that checks a write.
// Invariant: nothing of the host is in reach; documents come in as JSON and a verdict goes out as JSON, so that no
// object of one side is ever held by the other.

import { DESIGN_PRELUDE } from './design-prelude.ts';

/** A verdict as the program writes it; the empty text stands for "valid". */
export type ProgramVerdict =
  { kind: 'forbidden' | 'unauthorized'; reason: unknown } | { kind: 'error'; name: string; reason: string };

/**
 * Evaluates to `(designJson) => (newDoc, oldDoc, userCtx, secObj) => verdict`, all of them JSON texts.
 * Design functions see what CouchDB gives them: `isArray`, `toJSON`, `log`, `sum`, and `require` of modules in the
 * design document itself.
 */
export const VALIDATION_PROGRAM = `
(function (designJson) {
  ${DESIGN_PRELUDE}
  const validate = (0, eval)('(' + design.validate_doc_update + '\\n)');
  if (typeof validate !== 'function') throw new Error('validate_doc_update is no function');

  function describe(thrown) {
    if (thrown !== null && typeof thrown === 'object') {
      if (thrown.forbidden !== undefined) return { kind: 'forbidden', reason: thrown.forbidden };
      if (thrown.unauthorized !== undefined) return { kind: 'unauthorized', reason: thrown.unauthorized };
      if (thrown instanceof Error) return { kind: 'error', name: String(thrown.name), reason: String(thrown.message) };
    }
    return { kind: 'error', name: 'unknown_error', reason: JSON.stringify(thrown) || String(thrown) };
  }

  return function (newDoc, oldDoc, userCtx, secObj) {
    try {
      validate(JSON.parse(newDoc), JSON.parse(oldDoc), JSON.parse(userCtx), JSON.parse(secObj));
      return '';
    } catch (thrown) {
      return JSON.stringify(describe(thrown));
    }
  };
})
`;
