import { describe, expect, it } from 'vitest';
import { aHandInDevice, PHOTOS } from '#tests/fixtures/hand-in-device.ts';
import type { Mishap } from '#tests/fixtures/faulty-remote.ts';

const fault = (kind: 'missing' | 'busy' | 'unreachable', status?: number): Mishap => ({
  outcome: 'fault',
  kind,
  ...(status !== undefined && { status }),
});

describe('a photo in trouble', () => {
  it.each<[string, Mishap]>([
    ['its database is not there', fault('missing', 404)],
    ['the server stumbles over it', fault('busy', 500)],
    ['the line is too slow for it', fault('unreachable')],
    ['the server asks for patience', fault('busy', 503)],
  ])('does not keep the records from their receipt where %s', async (_what, met) => {
    const device = await aHandInDevice();
    await device.visits('visit:A', 'photo:A');
    await device.visits('visit:B');
    device.mishap = (scope, method) => (scope === PHOTOS && method === 'bulkDocs' ? met : undefined);
    expect(await device.handsIn()).toMatchObject({
      outcome: 'handedIn',
      receipt: { documents: 2, photos: { confirmed: 0, total: 1 } },
    });
    expect(await device.shifts()).toHaveLength(1);
  });
});

describe('without an answer from the server', () => {
  it('there is no receipt, not even of a day on which nothing was done', async () => {
    const device = await aHandInDevice();
    device.mishap = () => 'lost';
    expect(await device.handsIn()).toMatchObject({ outcome: 'left', problem: 'serverSilent' });
    expect(await device.shifts()).toEqual([]);
    expect(await device.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });

  it('a receipt of today is not shown again: what it says is not known now', async () => {
    const device = await aHandInDevice();
    await device.visits('visit:A');
    expect(await device.handsIn()).toMatchObject({ outcome: 'handedIn' });
    device.mishap = () => 'lost';
    expect(await device.handsIn()).toMatchObject({ outcome: 'left' });
  });
});
