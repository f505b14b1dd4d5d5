// One line about a fault nobody expected, fit for a console that anybody may read later. Invariant: nothing a person typed
// or the roster says is in it: of the error its kind alone, of the stack the places of our own files.

/** Names of errors are identifiers; whatever else stands there is not repeated. */
const KIND = /^[A-Za-z]\w{0,39}$/;
/** A frame's end: `…/name.js:12:34`, with or without a bracket. */
const PLACE = /^\s*(?:at\s|\S*@).*?([\w.-]+\.(?:js|ts|svelte)):(\d{1,7}):(\d{1,7})\)?$/;
const PLACES = 3;

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  return KIND.test(error.name) ? error.name : 'Error';
}

/** What follows the message: an engine puts `name: message` before its frames, and a message may have lines of its own. */
function framesOf({ message, stack = '' }: Error): string[] {
  const told = message === '' ? -1 : stack.indexOf(message);
  const frames = told < 0 ? stack : stack.slice(told + message.length);
  return frames.split('\n').flatMap((line) => {
    const [, file, row, column] = PLACE.exec(line) ?? [];
    return file === undefined ? [] : [`${file}:${row}:${column}`];
  });
}

/** `TypeError at a.js:1:2 b.js:3:4`; of something thrown that is no error its type. */
export function faultLine(error: unknown): string {
  const places = error instanceof Error ? framesOf(error).slice(0, PLACES) : [];
  return places.length > 0 ? `${kindOf(error)} at ${places.join(' ')}` : kindOf(error);
}
