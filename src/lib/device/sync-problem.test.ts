import { describe, expect, it } from 'vitest';
import { syncProblem } from './sync-problem.ts';

const here = { hadNetwork: true, clockFarOff: false };

describe('what is in the way', () => {
  it('is the server where there is a network and nothing answers, else the network', () => {
    expect(syncProblem('offline', here)).toBe('serverSilent');
    expect(syncProblem('offline', { ...here, hadNetwork: false })).toBe('offline');
  });

  it("is the date where it is not the server's, even if the server lacks the databases of that year", () => {
    expect(syncProblem('scope-missing', { ...here, clockFarOff: true })).toBe('wrongClock');
    expect(syncProblem(undefined, { ...here, clockFarOff: true })).toBe('wrongClock');
    expect(syncProblem('scope-missing', here)).toBe('serverEmpty');
  });

  it('is the store before all, and nothing where nothing is', () => {
    expect(syncProblem('storage-full', { ...here, clockFarOff: true })).toBe('storageFull');
    expect(syncProblem(undefined, here)).toBeUndefined();
  });
});
