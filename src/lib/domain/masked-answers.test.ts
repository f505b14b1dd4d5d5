import { describe, expect, it } from 'vitest';
import { maskedAnswers } from './masked-answers.ts';

describe('answers that are read again', () => {
  it('show no number whole, wherever it was written', () => {
    const answers = {
      phone: '80297299',
      remark: '儿子 13812341234',
      needs: ['health', '13812341234'],
      changes: [{ name: '王', note: '999999196001010012', person: 'resident:01KAMB6W3Z8J0Q3H5V9D2N7TXC' }],
      people: 3,
      phoneOk: false,
    };
    expect(maskedAnswers(answers)).toEqual({
      phone: '****7299',
      remark: '儿子 138****1234',
      needs: ['health', '138****1234'],
      changes: [{ name: '王', note: '999999********0012', person: 'resident:01KAMB6W3Z8J0Q3H5V9D2N7TXC' }],
      people: 3,
      phoneOk: false,
    });
  });

  it('keep the words that stand for a number, and landlines by their last four', () => {
    expect(maskedAnswers({ phone: 'none' })).toEqual({ phone: 'none' });
    expect(maskedAnswers({ phone: '0531-80297299' })).toEqual({ phone: '0531-****7299' });
    expect(maskedAnswers({ phone: '13812341234' })).toEqual({ phone: '138****1234' });
  });
});
