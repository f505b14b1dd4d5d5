// What runs inside the sandbox to filter changes: given a design document and the path of a filter or of a view's map,
// it gives back one function that says of a document whether it passes. All that goes in and out is JSON.
import { DESIGN_PRELUDE } from './design-prelude.ts';

/** `failed` is what the function threw. */
export type ProgramPass = { passed: boolean } | { failed: string; reason: string };

/**
 * Evaluates to `(designJson, pathJson) => (docJson, reqJson) => pass`. A filter passes what it returns something true
 * for, a map what it emits anything for.
 */
export const FILTER_PROGRAM = `
(function (designJson, pathJson) {
  ${DESIGN_PRELUDE}
  const path = JSON.parse(pathJson);
  let source = design;
  for (const step of path) source = source[step];
  let emitted = false;
  globalThis.emit = function () { emitted = true; };
  const ask = (0, eval)('(' + source + '\\n)');
  if (typeof ask !== 'function') throw new Error('the filter is no function');
  const isMap = path[0] === 'views';

  return function (docJson, reqJson) {
    emitted = false;
    try {
      const answer = ask.call(design, JSON.parse(docJson), JSON.parse(reqJson));
      return JSON.stringify({ passed: isMap ? emitted : Boolean(answer) });
    } catch (thrown) {
      const isError = thrown instanceof Error;
      return JSON.stringify({
        failed: isError ? String(thrown.name) : 'unknown_error',
        reason: isError ? String(thrown.message) : JSON.stringify(thrown) || String(thrown),
      });
    }
  };
})
`;
