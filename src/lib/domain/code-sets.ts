// Code sets of the national standards (domain.md 2.2): versioned data of code-sets.json, from code to word and from what
// people write to the code. Invariant: a screen never shows a code without its word; an unknown word gets no code.
import data from './code-sets.json' with { type: 'json' };

export type CodeSetName = keyof typeof data.sets;
export type CodeLanguage = 'zh' | 'en';

export interface CodeValue {
  code: string;
  zh: string;
  en: string;
  /** Other words people write for it. */
  also?: string[];
}

const sets = data.sets as Record<CodeSetName, { standard: string; values: CodeValue[] }>;
const byCode = new Map<string, CodeValue>();
const byWord = new Map<string, string>();

for (const [set, { values }] of Object.entries(sets)) {
  for (const value of values) {
    byCode.set(`${set} ${value.code}`, value);
    for (const word of [value.zh, ...(value.also ?? [])]) byWord.set(`${set} ${tidy(word)}`, value.code);
  }
}

function tidy(word: string): string {
  return word.normalize('NFKC').replace(/[\s、/()]/g, '');
}

/** The standard a set is of: `GB/T 4761-2008`. */
export const standardOf = (set: CodeSetName): string => sets[set].standard;

/** Its values, in the standard's order. */
export const listCodes = (set: CodeSetName): readonly CodeValue[] => sets[set].values;

/** The word of a code; undefined where the set has no such code. */
export function wordOf(set: CodeSetName, code: string, language: CodeLanguage = 'zh'): string | undefined {
  return byCode.get(`${set} ${code}`)?.[language];
}

/** The code of a word as people write it, full width and blanks allowed; a code itself is taken as it is. */
export function codeOf(set: CodeSetName, written: string): string | undefined {
  const word = tidy(written);
  if (word === '') return undefined;
  return byWord.get(`${set} ${word}`) ?? (byCode.has(`${set} ${word}`) ? word : undefined);
}
