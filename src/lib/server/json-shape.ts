// What JSON can be without being wrong JSON: too deep, or the same name twice in an object, which one reader takes first
// and another last (RFC 8259, section 4). Invariant: one pass over the bytes, no recursion, so that depth costs nothing.

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/** Says nothing of whether it is JSON at all: that is the parser's, which comes after. */
export function checkShape(json: Buffer, maxDepth: number): 'sound' | 'too-deep' | 'name-twice' {
  /** Names of each open object, innermost last; undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let nameComes = false;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at];
    if (byte === QUOTE) {
      const end = endOfText(json, at);
      const names = open.at(-1);
      if (nameComes && names) {
        const name = nameIn(json.subarray(at, end + 1));
        if (names.has(name)) return 'name-twice';
        names.add(name);
        nameComes = false;
      }
      at = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      open.push(byte === OPEN_BRACE ? new Set() : undefined);
      if (open.length > maxDepth) return 'too-deep';
      nameComes = byte === OPEN_BRACE;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      open.pop();
      nameComes = false;
    } else if (byte === COMMA) nameComes = open.at(-1) !== undefined;
  }
  return 'sound';
}

/** Where the closing quote is; the last byte where there is none. */
function endOfText(json: Buffer, start: number): number {
  for (let at = json.indexOf(QUOTE, start + 1); at >= 0; at = json.indexOf(QUOTE, at + 1)) {
    let slashes = 0;
    while (json[at - 1 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  return json.length - 1;
}

/** Escapes undone: `"\u0061"` and `"a"` are one name. */
function nameIn(quoted: Buffer): string {
  const text = quoted.toString('utf8');
  if (!text.includes('\\')) return text.slice(1, -1);
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
}
