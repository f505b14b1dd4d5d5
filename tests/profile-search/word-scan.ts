// Looks for many words at once, each in every form a browser may write it in; bytes of a picture, say, as they are. Invariant: a word is found wherever one of
// its forms stands, at any offset.

export type WordForm = 'utf-8' | 'utf-16le' | 'utf-16be' | 'json escapes' | 'percent escapes' | 'bytes';

export interface WordScan {
  /** Every word and form that stands in these bytes, once each. */
  (bytes: Buffer): { word: string; form: WordForm }[];
}

interface Pattern {
  word: string;
  form: WordForm;
  bytes: Buffer;
}

/** UTF-16BE is how keys of IndexedDB's indexes are written; for ASCII, UTF-8 is Latin-1 as well. */
function formsOf(word: string | Buffer): Pattern[] {
  if (typeof word !== 'string') return [{ word: word.toString('hex'), form: 'bytes', bytes: word }];
  const little = Buffer.from(word, 'utf16le');
  const escaped = [...word]
    .map((_, at) => `\\u${word.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('');
  const forms: [WordForm, Buffer][] = [
    ['utf-8', Buffer.from(word, 'utf8')],
    ['utf-16le', little],
    ['utf-16be', Buffer.from(little).swap16()],
    ['json escapes', Buffer.from(escaped)],
  ];
  const percent = encodeURIComponent(word);
  if (percent !== word) forms.push(['percent escapes', Buffer.from(percent)]);
  return forms.map(([form, bytes]) => ({ word, form, bytes }));
}

/** Words of two characters at least; bytes are named by their hexadecimal digits. */
export function wordScan(words: readonly (string | Buffer)[]): WordScan {
  const short = words.find((word) => word.length < 2);
  if (short !== undefined)
    throw new Error(`“${String(short)}” is too short to search for: it would be found by chance`);
  const byFirstTwo = new Map<number, Pattern[]>();
  const begins = new Uint8Array(65_536);
  for (const pattern of words.flatMap(formsOf)) {
    const key = pattern.bytes.readUInt16LE(0);
    begins[key] = 1;
    byFirstTwo.set(key, [...(byFirstTwo.get(key) ?? []), pattern]);
  }
  return (bytes) => {
    const found = new Set<Pattern>();
    for (let at = 0, last = bytes.length - 1; at < last; at++) {
      const key = bytes[at]! | (bytes[at + 1]! << 8);
      if (begins[key] === 0) continue;
      for (const pattern of byFirstTwo.get(key)!) {
        const end = at + pattern.bytes.length;
        if (end <= bytes.length && !found.has(pattern) && pattern.bytes.compare(bytes, at, end) === 0)
          found.add(pattern);
      }
    }
    return [...found].map(({ word, form }) => ({ word, form }));
  };
}
