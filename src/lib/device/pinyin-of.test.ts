import { describe, expect, it } from 'vitest';
import { pinyinOf } from './pinyin-of.ts';

describe('pinyinOf', () => {
  it.each([
    ['单海思', 'shan hai si'],
    ['仇梅杰', 'qiu mei jie'],
    ['解红', 'xie hong'],
    ['欧阳娜娜', 'ou yang na na'],
    ['吕布', 'lv bu'],
    ['郝文𬱖', 'hao wen di'],
    ['阿依古丽·买买提', 'a yi gu li mai mai ti'],
    ['Anna Li', 'anna li'],
    ['', ''],
  ])('spells %s as %s', (name, spelled) => {
    expect(pinyinOf(name)).toBe(spelled);
  });
});
