import { describe, expect, it } from 'vitest';
import data from './code-sets.json' with { type: 'json' };
import { codeOf, listCodes, standardOf, wordOf, type CodeSetName } from './code-sets.ts';

const names = Object.keys(data.sets) as CodeSetName[];

describe('code sets', () => {
  it.each(names)('%s has each code once, and each word means one code', (name) => {
    const values = listCodes(name);
    expect(new Set(values.map((value) => value.code)).size).toBe(values.length);
    const meant = new Map<string, string>();
    for (const value of values) {
      for (const word of [value.zh, ...(value.also ?? [])]) {
        expect(meant.get(word), `${word} in ${name}`).toBeUndefined();
        meant.set(word, value.code);
      }
    }
  });

  it('gives every code back for its own word, and a word in both languages', () => {
    for (const name of names) {
      for (const { code, zh } of listCodes(name)) {
        expect(codeOf(name, zh)).toBe(code);
        expect(codeOf(name, code)).toBe(code);
        expect(wordOf(name, code, 'zh')).toBe(zh);
        expect(wordOf(name, code, 'en')).toMatch(/^[\x20-\x7e’]+$/);
      }
    }
  });

  it('knows all 56 peoples, with 族 or without, and the two codes beside them', () => {
    expect(listCodes('ethnicity')).toHaveLength(58);
    expect(['汉', '汉族', '满', '回族', '基诺', '维吾尔族'].map((word) => codeOf('ethnicity', word))).toEqual(
      ['01', '01', '11', '03', '56', '05'],
    );
    expect(codeOf('ethnicity', '97')).toBe('97');
  });

  it.each([
    ['relation', '户主', '02'],
    ['relation', '妻子', '12'],
    ['relation', '儿子', '20'],
    ['relation', '岳母', '56'],
    ['relation', '非亲属', '99'],
    ['relation', '外孙女', '44'],
    ['education', '大专', '30'],
    ['education', '中专', '40'],
    ['education', '文盲', '90'],
    ['politics', '党员', '01'],
    ['politics', '团员', '03'],
    ['work', '在读', '31'],
    ['work', '个体经营', '54'],
    ['sex', ' 女 ', '2'],
    ['marriage', '离异', '40'],
    ['residence', '人户一致', '01'],
  ] as const)('takes %s %s as %s', (...[set, word, code]) => {
    expect(codeOf(set, word)).toBe(code);
  });

  it('gives no code to a word it does not know, nor a word to a code', () => {
    expect(codeOf('relation', '媳妇')).toBeUndefined();
    expect(codeOf('sex', '')).toBeUndefined();
    expect(wordOf('sex', '3')).toBeUndefined();
    expect(wordOf('sex', 'constructor')).toBeUndefined();
  });

  it('names the standards', () => {
    expect(standardOf('relation')).toBe('GB/T 4761-2008');
  });
});
