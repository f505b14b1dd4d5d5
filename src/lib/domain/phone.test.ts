import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskPhone, readPhones } from './phone.ts';

describe('readPhones', () => {
  it.each([
    [15462819482, ['15462819482']],
    ['18574911862/13895559797', ['18574911862', '13895559797']],
    ['18574911862、13895559797', ['18574911862', '13895559797']],
    ['18574911862 13895559797', ['18574911862', '13895559797']],
    ['18574911862\n0531-80297299', ['18574911862', '0531-80297299']],
    ['152-0327-1124', ['15203271124']],
    ['152 0327 1124', ['15203271124']],
    ['１５２０３２７１１２４', ['15203271124']],
    ['+86 152 0327 1124', ['15203271124']],
    ['0531-80297299', ['0531-80297299']],
    ['(0531) 8029 7299', ['0531-80297299']],
    ['０５３１－８０２９７２９９', ['0531-80297299']],
    ['053180297299', ['0531-80297299']],
    ['010-65281234', ['010-65281234']],
    ['0431-8765432转801', ['0431-8765432-801']],
    ['80297299', ['80297299']],
    ['儿子13895559797，家里0531-80297299', ['13895559797', '0531-80297299']],
    ['13895559797(大儿子)', ['13895559797']],
    ['13895559797/138-9555-9797', ['13895559797']],
  ])('reads %j', (written, phones) => {
    expect(readPhones(written)).toEqual({ phones, refused: [] });
  });

  it.each([
    ['1389555979', ['1389555979']],
    ['138955597971', ['138955597971']],
    ['12895559797', ['12895559797']],
    ['0000', ['0000']],
  ])('refuses %j instead of mending it', (written, refused) => {
    expect(readPhones(written)).toEqual({ phones: [], refused });
  });

  it('finds nothing in an empty cell or in words', () => {
    for (const written of ['', '  ', '无', '没有电话', '-']) {
      expect(readPhones(written)).toEqual({ phones: [], refused: [] });
    }
  });

  it('keeps the good one of two and tells the other', () => {
    expect(readPhones('13895559797/138955')).toEqual({ phones: ['13895559797'], refused: ['138955'] });
  });

  it('reads every number it wrote as that same number', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0123456789-/ 转()+'), maxLength: 40 }), (written) => {
        for (const phone of readPhones(written).phones) {
          expect(readPhones(phone)).toEqual({ phones: [phone], refused: [] });
        }
      }),
    );
  });
});

describe('maskPhone', () => {
  it('shows the last four', () => {
    expect(maskPhone('13812341234')).toBe('138****1234');
    expect(maskPhone('0531-80297299')).toBe('0531-****7299');
    expect(maskPhone('80297299')).toBe('****7299');
    expect(maskPhone('1234')).toBe('****');
  });
});
