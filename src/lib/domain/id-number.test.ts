import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkCharacterOf, maskIdNumber, readIdNumber } from './id-number.ts';

const today = '2026-11-22';
const read = (written: string, sex?: string) => readIdNumber(written, { today, sex });

describe('readIdNumber', () => {
  it.each([
    ['11010519491231002X', '1949-12-31', '2', []],
    ['999999196001010012', '1960-01-01', '1', ['unknown-area']],
    ['999999194802290027', '1948-02-29', '2', ['unknown-area']],
    ['999999201506300035', '2015-06-30', '1', ['unknown-area']],
  ])('knows %s: born, sex, check character', (number, ...[birth, sex, warnings]) => {
    expect(read(number)).toEqual({ outcome: 'valid', number, birth, sex, warnings });
  });

  it('takes a lower-case x, full width, blanks and hyphens', () => {
    for (const written of [
      '11010519491231002x',
      '１１０１０５１９４９１２３１００２Ｘ',
      ' 110105 19491231 002X ',
      '110105-19491231-002x',
    ]) {
      expect(read(written)).toMatchObject({ outcome: 'valid', number: '11010519491231002X' });
    }
  });

  it('takes residence permits of Hong Kong, Macao and Taiwan with the same check', () => {
    for (const area of ['810000', '820000', '830000']) {
      const first17 = `${area}19850101001`;
      expect(read(first17 + checkCharacterOf(first17))).toMatchObject({ outcome: 'valid', warnings: [] });
    }
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['999999880707491', 'fifteen-digits'],
    ['1101051949123100', 'length'],
    ['11010519491231002XX', 'characters'],
    ['待补', 'characters'],
    ['11010519491231X02X', 'characters'],
    ['999999194902290020', 'no-such-day'],
    ['110105194913310020', 'no-such-day'],
    ['440524188001010014', 'too-old'],
    ['11010519491231002１', 'check-character'],
  ])('refuses %j: %s', (written, reason) => {
    expect(read(written)).toEqual({ outcome: 'refused', reason });
  });

  it('refuses somebody born tomorrow and takes somebody born today', () => {
    const born = (day: string) => `110105${day}001` + checkCharacterOf(`110105${day}001`);
    expect(read(born('20261122'))).toMatchObject({ outcome: 'valid', birth: today });
    expect(read(born('20261123'))).toEqual({ outcome: 'refused', reason: 'in-future' });
  });

  it('warns where the sex given is another, and only there', () => {
    expect(read('11010519491231002X', '1')).toMatchObject({ outcome: 'valid', warnings: ['sex-differs'] });
    for (const sex of ['2', '0', '9', undefined]) {
      expect(read('11010519491231002X', sex)).toMatchObject({ outcome: 'valid', warnings: [] });
    }
  });

  it('finds every single wrong digit and every two neighbours changed about', () => {
    const number = '999999196001010012';
    fc.assert(
      fc.property(fc.nat(16), fc.integer({ min: 1, max: 9 }), (place, by) => {
        const wrong = String((Number(number[place]) + by) % 10);
        expect(read(number.slice(0, place) + wrong + number.slice(place + 1)).outcome).toBe('refused');
      }),
    );
    for (let place = 0; place < 16; place++) {
      const turned = number.slice(0, place) + number[place + 1] + number[place] + number.slice(place + 2);
      if (turned !== number) expect(read(turned).outcome).toBe('refused');
    }
  });

  it('never throws, whatever is written', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (written) => void read(written)));
  });
});

describe('maskIdNumber', () => {
  it('shows area and the last four', () => {
    expect(maskIdNumber('11010519491231002X')).toBe('110105********002X');
    expect(maskIdNumber('E12345678')).toBe('E1*****78');
    expect(maskIdNumber('1234')).toBe('****');
  });
});
