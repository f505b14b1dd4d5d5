import { describe, expect, it } from 'vitest';
import { numberBlockId, numberMatches, requestNumber, shortNumber } from './request-number.ts';

const number = requestNumber({ community: '999999001001', on: '2026-11-22', block: 3, serial: 7 });

describe('the number of a request', () => {
  it('says community, day, block and serial', () => {
    expect(number).toBe('999999001001-261122-03-07');
  });

  it('is told short on the telephone', () => {
    expect(shortNumber(number)).toBe('1122-03-07');
  });

  it('has a third digit where two do not do', () => {
    const many = requestNumber({ community: '999999001001', on: '2026-11-22', block: 101, serial: 120 });
    expect(shortNumber(many)).toBe('1122-101-120');
  });

  it('is found by what somebody says of it, and not by nothing', () => {
    for (const typed of ['1122-03-07', '1122 03 07', '11220307', '03-07', '1122–03'])
      expect(numberMatches(number, typed)).toBe(true);
    for (const typed of ['', ' ', '-', '1123-03', '03-08']) expect(numberMatches(number, typed)).toBe(false);
  });

  it('differs from every other of two blocks on ten days', () => {
    const all = [1, 2, 11].flatMap((block) =>
      ['2026-11-22', '2026-12-01', '2026-12-02', '2027-11-22'].flatMap((on) =>
        Array.from({ length: 130 }, (_, n) =>
          requestNumber({ community: '999999001001', on, block, serial: n + 1 }),
        ),
      ),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('has blocks whose documents two tablets make under one id', () => {
    expect([numberBlockId(3), numberBlockId(123)]).toEqual(['number-block:03', 'number-block:123']);
  });
});
