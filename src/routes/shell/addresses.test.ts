import { describe, expect, it } from 'vitest';
import { householdHref, nobodyHref, unitHref, unitOfAddress, visitHref } from './addresses.ts';

describe('addresses', () => {
  it('carry ids of documents without losing a sign', () => {
    const href = householdHref('household:01KAMB');
    expect(decodeURIComponent(href.split('/').at(-1)!)).toBe('household:01KAMB');
  });

  it('say which form, whom it is about and that nobody was in', () => {
    const address = { household: 'household:1', form: 'f2', resident: 'resident:2' } as const;
    expect(visitHref(address)).toBe('/households/household%3A1/visit/f2?resident=resident%3A2');
    expect(nobodyHref({ household: 'household:1', form: 'f1' })).toBe(
      '/households/household%3A1/visit/f1?result=nobody',
    );
  });

  it.each(['1', '甲2', '', '东/西'])('bring the unit “%s” back as it was', (unit) => {
    const name = unitHref('building:1', unit).split('/').at(-1)!;
    expect(unitOfAddress(decodeURIComponent(name))).toBe(unit);
  });
});
