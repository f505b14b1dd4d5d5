// Text on its way into a spreadsheet, and back. Whoever opens it must not run what a resident's record says: a cell that
// begins with = + - @ is a formula there, also after a tab, a blank, or in full width (OWASP, CSV Injection).
// Invariant: `textOutOfCell(textIntoCell(text))` is the text, for every text.

const FORMULA = /^[\s\p{Cc}\u200b\ufeff\u3000]*[=+\-@＝＋－﹣−＠]/u;
const MARK = "'";
/** What was marked, or stood so before. */
const MARKED = new RegExp(`^${MARK}+${FORMULA.source.slice(1)}`, 'u');

/** Shown as it is: spreadsheets hide one mark before a text. */
export function textIntoCell(text: string): string {
  return FORMULA.test(text) || MARKED.test(text) ? MARK + text : text;
}

/** As it was before `textIntoCell`; text of other origin with such a mark loses it, as spreadsheets hide it. */
export function textOutOfCell(text: string): string {
  return MARKED.test(text) ? text.slice(MARK.length) : text;
}
