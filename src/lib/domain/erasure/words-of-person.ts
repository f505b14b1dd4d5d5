// What a person is called in free text: her names and numbers, found however they are spaced or wide, and what stands in
// their place afterwards. Pure. Invariant: a longer number that has hers in it is left alone.
import erasedWords from './erased-words.json' with { type: 'json' };

const ERASED_TEXT = erasedWords.placeholder;

export interface WordsOfPerson {
  /** As on her card; shorter ones than two signs are not looked for. */
  names: readonly string[];
  /** ID and other documents' numbers, phones. */
  numbers: readonly string[];
}

/** Shorter than this it may be anything: a door, a year. */
const SHORTEST_NUMBER = 7;

export type Redact = (text: string) => string;

export function redactorOf({ names, numbers }: WordsOfPerson): Redact {
  const signs = names.map((name) => [...name.replaceAll(/\s/g, '')]).filter(({ length }) => length >= 2);
  const digits = numbers.map((number) => number.replaceAll(/[\s-]/g, '')).filter(isLongEnough);
  const sources = [
    ...signs.map((each) => each.map(escaped).join('\\s?')),
    ...digits.map((each) => `(?<![0-9０-９])${[...each].map(eitherWidth).join('[\\s-]{0,2}')}(?![0-9０-９])`),
  ];
  if (sources.length === 0) return (text) => text;
  const found = new RegExp(sources.join('|'), 'giu');
  return (text) => text.replace(found, ERASED_TEXT);
}

const isLongEnough = ({ length }: string) => length >= SHORTEST_NUMBER;

const escaped = (sign: string) => sign.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');

/** A digit or letter, half or full width. */
function eitherWidth(sign: string): string {
  const wide = /[!-~]/.test(sign) ? String.fromCodePoint(sign.codePointAt(0)! + 0xfee0) : '';
  return wide === '' ? escaped(sign) : `(?:${escaped(sign)}|${wide})`;
}
