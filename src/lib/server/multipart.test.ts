import { describe, expect, it } from 'vitest';
import { fileNameOf, parseMultipart } from './multipart.ts';

const MEGABYTES = 1024 * 1024;

describe('a multipart body', () => {
  const parse = (text: string, boundary = 'b') =>
    parseMultipart(Buffer.from(text, 'latin1'), boundary).map(({ body }) => body.toString('latin1'));

  it.each([
    ['--b\r\n\r\none\r\n--b \t \r\n\r\ntwo\r\n--b--', ['one', 'two']],
    ['before\r\n--b\r\n\r\none\r\n--b--after', ['one']],
    ['--b\r\n\r\n\r\n--b--', ['']],
    ['--b\r\n\r\none--b\r\n--bc\r\n-b\r\n--b--', ['one--b\r\n--bc\r\n-b']],
    ['--b--', []],
  ])('%j has the parts %j', (text, parts) => {
    expect(parse(text)).toEqual(parts);
  });

  it.each(['', '--b', '--b\r\n\r\none', '--b\r\n\r\none\r\n--b', `--b${' '.repeat(70)}\r\n\r\none`])(
    '%j is incomplete',
    (text) => {
      expect(() => parse(text)).toThrowError(expect.objectContaining({ status: 400 }));
    },
  );

  it.each([
    ['of one dash', '-', '-'],
    ['of many dashes', '-'.repeat(200), '-'],
    ['that stands at the beginning of every line', 'b', '\r\n--bX'],
    ['with as many blanks after it as there may be', 'b', `\r\n--b${' '.repeat(64)}`],
  ])('with a boundary %s is gone over once, however large', (_what, boundary, repeated) => {
    const body = Buffer.alloc(42 * MEGABYTES, repeated, 'latin1').fill('x', 0, 1);
    // Gone over again for each line, it would take hours.
    expect(() => parseMultipart(body, boundary)).toThrowError(expect.objectContaining({ status: 400 }));
  });

  it('tells the name of a part, quotes and all, in one look', () => {
    const named = (disposition: string) =>
      fileNameOf({ headers: new Map([['content-disposition', disposition]]), body: Buffer.alloc(0) });
    expect(named('attachment; filename="a.jpg"')).toBe('a.jpg');
    expect(named('attachment; filename="a"b".jpg" ; size=3')).toBe('a"b".jpg');
    expect(named('attachment; filename="a" more')).toBeUndefined();
    expect(named('attachment; filename="a')).toBeUndefined();
    expect(named('attachment')).toBeUndefined();
    const long = `${';filename="'.repeat(1000)}${'" '.repeat(3000)}x`;
    // Looked at from every beginning anew, it would take minutes.
    for (let part = 0; part < 200; part++) expect(named(long)).toBeUndefined();
  });
});
