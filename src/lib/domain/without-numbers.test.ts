import { describe, expect, it } from 'vitest';
import { withoutNumbers } from './without-numbers.ts';

describe('what somebody wrote freely', () => {
  it.each([
    ['女儿 13812341234，周末来', '女儿 138****1234，周末来'],
    ['打 138 1234 1234 或 138-1234-1234', '打 138****1234 或 138****1234'],
    ['+8613812341234', '138****1234'],
    ['身份证11010519491231002x已看', '身份证110105********002X已看'],
    ['号码１３８１２３４１２３４', '号码138****1234'],
    ['座机 053180297299', '座机 0531-****7299'],
    ['座机0531-80297299。', '座机0531-****7299。'],
  ])('shows no number of a person whole: %s', (written, shown) => {
    expect(withoutNumbers(written)).toBe(shown);
  });

  it.each(['3-2-501 家里有狗', '2026-11-22 再来', '欠费 1250.50 元', '燃气表 20261122', '听力不好', ''])(
    'keeps what is none: %s',
    (written) => {
      expect(withoutNumbers(written)).toBe(written);
    },
  );
});
