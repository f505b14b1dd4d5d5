import { describe, expect, it } from 'vitest';
import { administrationEventId, administrationEventNumber } from './people/administration-events.ts';
import { SCOPE_RULES } from './scope-rules.ts';

const AUDIT = 'audit-999999001001';

describe('what the gate is told of the scopes', () => {
  it('lets everybody of a community add to its audit, and nobody of another', () => {
    const may = (...roles: string[]) => SCOPE_RULES.mayAppend(AUDIT, roles);
    expect(may('staff', 'community:999999001001')).toBe(true);
    expect(may('worker:999999001001')).toBe(true);
    expect(may('street:999999001')).toBe(true);
    expect(may('grid:999999001001002')).toBe(true);
    expect(may('grid:999999001002002', 'community:999999001002', 'worker:999999001002')).toBe(false);
    expect(may('street:999999002', 'staff', 'editor', 'care:999999001001002')).toBe(false);
    expect(may()).toBe(false);
    expect(SCOPE_RULES.mayAppend('audit-', ['street:999999001'])).toBe(false);
  });

  it('keeps the numbers of administration for administrators', () => {
    const id = administrationEventId('999999001001', 12);
    expect(SCOPE_RULES.isReserved?.(id)).toBe(true);
    expect(SCOPE_RULES.isReserved?.('audit:administration-999999001001-zzzzzzzzz')).toBe(true);
    expect(SCOPE_RULES.isReserved?.('audit:01HZX')).toBe(false);
    expect(administrationEventNumber(id)).toBe(12);
    expect(administrationEventNumber('audit:administration-999999001001-zzzzzzzzz')).toBeUndefined();
  });

  it('calls audits append-only, and visits events', () => {
    expect(SCOPE_RULES.isAppendOnly(AUDIT)).toBe(true);
    expect(SCOPE_RULES.isAppendOnly('events-999999001001001-2026')).toBe(false);
    expect(['visit', 'photo', 'shift'].map(SCOPE_RULES.isEvent)).toEqual([true, true, true]);
    expect(['household', 'meta', ''].map(SCOPE_RULES.isEvent)).toEqual([false, false, false]);
  });
});
