import { describe, expect, it } from 'vitest';
import { isSimplePin } from './simple-pin.ts';

describe('a code anybody would try first', () => {
  it.each(['000000', '111111', '123456', '654321', '121212', '123123'])('%s is refused', (pin) => {
    expect(isSimplePin(pin)).toBe(true);
  });

  it.each(['112233', '135791', '802517', '100000'])('%s is taken', (pin) => {
    expect(isSimplePin(pin)).toBe(false);
  });
});
