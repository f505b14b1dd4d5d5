// What a page is asked again for, while a round runs that does not end: a real worker over a real server, its page's clock
// told.
import 'fake-indexeddb/auto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { aRunningDevice, until } from '#tests/fixtures/running-device.ts';
import { aToldClock } from '#tests/fixtures/told-clock.ts';
import { startQiaomen, type RunningQiaomen } from '../../../scripts/start-qiaomen.ts';
import { changePace } from './change-pace.ts';
import { shownAtOnce, type HerCommands } from './shown-at-once.ts';

const MORNING = '2026-11-22T01:00:00.000Z';
let dataDir: string;
let server: RunningQiaomen;
let device: Awaited<ReturnType<typeof aRunningDevice>>;
/** So often the page asked its views. */
let asked: number;
let commands: HerCommands;

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'qiaomen-shown-'));
  server = await startQiaomen({ port: 0, dataDir, app: false, demo: { households: 30 } });
  const { user, password } = server.signIns.find(({ role }) => role === 'worker')!;
  device = await aRunningDevice(server.url, { user, password });
  await until('open', () => device.seen.phase.phase === 'open');
}, 120_000);

afterAll(async () => {
  await device.core.quiesce();
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

beforeEach(() => {
  const pace = changePace(aToldClock(), () => asked++);
  pace.syncing(true);
  pace.changed();
  pace.changed();
  asked = 0;
  commands = shownAtOnce(() => device.core, pace);
});

/** What the sentence on top tells of, whether it waits or went up meanwhile. */
const countedNow = () => device.seen.sync.waiting + device.seen.sync.lastSent;

async function aDoor() {
  const { household } = (await device.core.today()).rows[0]!;
  return { form: 'f1', household } as const;
}

describe('in the middle of a round the page asks again at once', () => {
  it('for the card, when she left a form unfinished there and when she dropped it', async () => {
    const door = await aDoor();
    await commands.saveDraft(door, { answers: {} }, MORNING);
    expect(asked).toBe(1);
    expect((await device.core.household(door.household))?.draft).toMatchObject({ form: 'f1' });
    await commands.dropDraft(door);
    expect(asked).toBe(2);
    expect((await device.core.household(door.household))?.draft).toBeUndefined();
  });

  it('for the due list, when she saved a visit', async () => {
    const door = await aDoor();
    const retryAt = (await device.core.today()).today;
    const answers = { result: 'nobody', mode: 'door', by: 'self', retryAt };
    const before = countedNow();
    await commands.saveVisit({ ...door, formVersion: '1', answers, startedAt: MORNING });
    expect(asked).toBe(1);
    // Else she read of a saved visit beside 全部上传.
    expect(countedNow()).toBe(before + 1);
  });

  it('for the receipts, when she handed in her shift', async () => {
    expect(await commands.handIn()).toMatchObject({ outcome: 'handedIn' });
    expect(asked).toBe(1);
    expect(await device.core.receipts()).toHaveLength(1);
  });
});
