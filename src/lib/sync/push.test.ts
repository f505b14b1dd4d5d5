import { describe, expect, it } from 'vitest';
import { faultyRemote, type Mishap } from '#tests/fixtures/faulty-remote.ts';
import { aPouchServer, pouchRemote, type PouchServer } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice } from '#tests/fixtures/syncing-device.ts';
import type { RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';

const visit = (n: number, more: object = {}) => ({
  _id: `visit:${String(n).padStart(4, '0')}`,
  type: 'visit',
  n,
  ...more,
});
const idsOn = async (server: PouchServer) => (await server.allDocs()).rows.map(({ id }) => id);
const fault = (kind: RemoteFault['kind'], status?: number): RemoteFault => ({
  outcome: 'fault',
  kind,
  ...(status && { status }),
});
const sentIds = (argument: unknown) => (argument as RevisionedDocument[]).map(({ _id }) => _id);

/** A device with `count` visits waiting; `mishap` befalls its requests. */
async function waiting(count: number, mishap?: Parameters<typeof faultyRemote>[1], server = aPouchServer()) {
  const remote = faultyRemote(pouchRemote(server, { refuse: refusePoison }), mishap);
  const device = await aSyncingDevice(remote);
  await device.store.saveAction(
    Array.from({ length: count }, (_, n) => ({ scope: 'grid-110101001001001', body: visit(n) })),
  );
  return { ...device, remote, server };
}
const refusePoison = ({ poison }: RevisionedDocument) =>
  poison ? { error: 'forbidden', reason: 'poison' } : undefined;
const once = (mishap: Mishap, of: string) => {
  let left = 1;
  return (method: string) => (method === of && left-- > 0 ? mishap : undefined);
};

describe('what waits', () => {
  it('goes up in batches of 200 and is confirmed by what the server lacks, not by what it answers', async () => {
    const { round, store, remote, server, progress } = await waiting(450);
    expect(await round()).toMatchObject({ sent: 450, refused: 0, complete: true });
    const batches = remote.asked.filter(({ method }) => method === 'bulkDocs');
    expect(batches.map(({ argument }) => sentIds(argument).length)).toEqual([200, 200, 50]);
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect(await idsOn(server)).toHaveLength(450);
    expect(
      progress.filter(({ activity }) => activity === 'uploading').map((told) => 'done' in told && told.done),
    ).toEqual([0, 200, 400, 450]);
  });

  it('is not confirmed where the server says yes and has nothing', async () => {
    const { round, store } = await waiting(3, (method) =>
      method === 'bulkDocs' ? ({ outcome: 'answered', value: [] } as never) : undefined,
    );
    expect(await round()).toMatchObject({ sent: 0, complete: false });
    expect(await store.countWaiting()).toEqual({ waiting: 3, refused: 0 });
  });

  it('goes up once, whatever of the answer is lost', async () => {
    for (const [mishap, of] of [
      ['unheard', 'bulkDocs'],
      ['lost', 'bulkDocs'],
      ['lost', 'revsDiff'],
      ['unheard', 'revsDiff'],
    ] as const) {
      const { round, store, server } = await waiting(5, once(mishap, of));
      expect(await round()).toMatchObject({ sent: 0, fault: { kind: 'unreachable' } });
      expect((await store.countWaiting()).waiting).toBe(5);
      expect(await round()).toMatchObject({ sent: 5, complete: true });
      const leaves = await server.get('visit:0003', { open_revs: 'all' });
      expect(leaves).toHaveLength(1);
      expect(await idsOn(server)).toHaveLength(5);
    }
  });

  it('is confirmed after the tab was killed between sending and hearing', async () => {
    const killed = await waiting(5, once('unheard', 'bulkDocs'));
    await killed.round();
    const later = await killed.restarted();
    expect(await later.round()).toMatchObject({ sent: 5, complete: true });
    expect(await later.store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
    expect((await killed.server.get('visit:0001', { revs: true }))._revisions?.ids).toHaveLength(1);
  });

  it('typed while it was on its way goes up next, as a child of what was sent', async () => {
    const typed: Promise<string>[] = [];
    const device = await waiting(1, (method) => {
      if (method === 'bulkDocs' && typed.length === 0) typed.push(device.save({ ...visit(0), n: 'newer' }));
      return undefined;
    });
    const first = (await device.read('visit:0000'))!.rev;
    const report = device.round();
    expect(await report).toMatchObject({ sent: 1 });
    const newer = await typed[0];
    expect(await device.read('visit:0000')).toMatchObject({
      rev: newer,
      waiting: true,
      body: { n: 'newer' },
    });
    expect(await device.round()).toMatchObject({ sent: 1, complete: true });
    const onServer = await device.server.get('visit:0000', { revs: true });
    expect(onServer).toMatchObject({ n: 'newer', _rev: newer });
    expect(onServer._revisions?.ids.at(-1)).toBe(first.slice(2));
  });
});

describe('one bad document', () => {
  it('refused in a row goes to the rejections, its forty-nine neighbours to the server', async () => {
    const { round, store, save, server } = await waiting(49);
    await save(visit(9999, { poison: true }));
    expect(await round()).toMatchObject({ sent: 49, refused: 1, complete: true });
    expect(await idsOn(server)).toHaveLength(49);
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 1 });
    expect(await store.listRejections()).toMatchObject([
      { id: 'visit:9999', error: 'forbidden', reason: 'poison' },
    ]);
  });

  it.each([400, 412, 413])(
    'for which the server refuses the whole batch with %i is found by halving',
    async (status) => {
      const poisoned = (method: string, argument: unknown) =>
        method === 'bulkDocs' && sentIds(argument).includes('visit:0007')
          ? fault('too-large', status)
          : undefined;
      const { round, store, server } = await waiting(50, poisoned);
      expect(await round()).toMatchObject({ sent: 49, refused: 1, complete: true });
      expect(await idsOn(server)).toHaveLength(49);
      expect(await store.listRejections()).toMatchObject([{ id: 'visit:0007', error: 'bad_request' }]);
    },
  );

  it('already on the server is confirmed, not rejected, though the batch is refused now', async () => {
    let refuses = false;
    const device = await waiting(1, (method) => {
      if (method !== 'bulkDocs') return undefined;
      const answer = refuses ? fault('too-large', 413) : 'unheard';
      refuses = true;
      return answer;
    });
    await device.round();
    expect(await device.round()).toMatchObject({ sent: 1, refused: 0 });
  });

  it('over which the server falls is alone with the third push, and holds up nobody', async () => {
    const falls = (method: string, argument: unknown) =>
      method === 'bulkDocs' && sentIds(argument).includes('visit:0007') ? fault('busy', 500) : undefined;
    const { round, store, server, save } = await waiting(50, falls);
    for (let n = 0; n < 3; n++) await round();
    expect(await idsOn(server)).toHaveLength(49);
    expect(await store.listWaitingSummary(9)).toMatchObject([{ id: 'visit:0007', answer: 'status 500' }]);
    await save(visit(100));
    expect(await round()).toMatchObject({ sent: 1, complete: false });
  });
});

describe('what is said of everybody', () => {
  it.each([
    ['sign-in', 401],
    ['forbidden', 403],
    ['busy', 503],
    ['busy', 429],
    ['not-couchdb', 200],
    ['unreachable', undefined],
  ] as const)(
    '%s (%s) keeps everything waiting, rejects nothing, and is tried once',
    async (kind, status) => {
      let broken = true;
      const { round, store, remote } = await waiting(300, (method) =>
        method === 'bulkDocs' && broken ? fault(kind, status) : undefined,
      );
      expect(await round()).toMatchObject({ sent: 0, refused: 0, complete: false, fault: { kind } });
      expect(remote.asked.filter(({ method }) => method === 'bulkDocs')).toHaveLength(1);
      expect(await store.countWaiting()).toEqual({ waiting: 300, refused: 0 });
      broken = false;
      expect(await round()).toMatchObject({ sent: 300, complete: true });
    },
  );

  it('a role that ended is asked after with one document a round, the pull of its scope waits, and all goes on when it is back', async () => {
    let ended = true;
    const { round, store, remote } = await waiting(300, (method) =>
      method === 'bulkDocs' && ended ? fault('forbidden', 403) : undefined,
    );
    await round();
    remote.asked.length = 0;
    expect(await round()).toMatchObject({ complete: false, fault: { kind: 'forbidden' } });
    expect(remote.asked.map(({ method, argument }) => [method, sentIds(argument).length])).toEqual([
      ['bulkDocs', 1],
    ]);
    expect(await store.countWaiting()).toEqual({ waiting: 300, refused: 0 });
    ended = false;
    expect(await round()).toMatchObject({ sent: 300, complete: true });
  });

  it('a session that ends between sending and asking keeps what was sent waiting, and confirms it after the sign-in', async () => {
    let ended = true;
    const { round, store, server } = await waiting(450, (method) =>
      method === 'revsDiff' && ended ? fault('sign-in', 401) : undefined,
    );
    expect(await round()).toMatchObject({ sent: 0, fault: { kind: 'sign-in' } });
    expect(await store.countWaiting()).toEqual({ waiting: 450, refused: 0 });
    expect(await idsOn(server)).toHaveLength(200);
    ended = false;
    expect(await round()).toMatchObject({ sent: 450, complete: true });
    expect((await server.get('visit:0001', { open_revs: 'all' })).length).toBe(1);
  });

  it('unauthorized in a row asks for a sign-in, keeps that document, sends the others; said again, it is a refusal', async () => {
    const server = aPouchServer();
    const remote = pouchRemote(server, {
      refuse: ({ n }) => (n === 3 ? { error: 'unauthorized', reason: 'not as this person' } : undefined),
    });
    const { round, store, save } = await aSyncingDevice(remote);
    for (let n = 0; n < 5; n++) await save(visit(n));
    const first = await round();
    expect(first).toMatchObject({ sent: 4, refused: 0, received: 4, complete: false });
    expect(first.fault).toEqual({ outcome: 'fault', kind: 'sign-in', reason: 'not as this person' });
    expect(await store.countWaiting()).toEqual({ waiting: 1, refused: 0 });
    expect(await round()).toMatchObject({ sent: 0, refused: 1, complete: true });
    expect(await store.listRejections()).toMatchObject([{ id: 'visit:0003', error: 'unauthorized' }]);
  });

  it('on a line that carries little, a push makes its batches smaller until one gets through', async () => {
    const tooLong = (method: string, argument: unknown) =>
      method === 'bulkDocs' && JSON.stringify(argument).length > 80_000 ? fault('unreachable') : undefined;
    const { round, store } = await aHeavyDevice(tooLong);
    for (let n = 0; n < 12; n++) await round();
    expect(await store.countWaiting()).toEqual({ waiting: 0, refused: 0 });
  });
});

async function aHeavyDevice(mishap: Parameters<typeof faultyRemote>[1]) {
  const device = await aSyncingDevice(faultyRemote(pouchRemote(aPouchServer()), mishap));
  const text = 'x'.repeat(5000);
  await device.store.saveAction(
    Array.from({ length: 100 }, (_, n) => ({ scope: 'grid-110101001001001', body: visit(n, { text }) })),
  );
  return device;
}
