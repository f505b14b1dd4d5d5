import { IDBObjectStore } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { emptyFieldModel, putIntoModel } from '#lib/domain/field-model.ts';
import { auditDesk } from './audit-desk.ts';
import { revealNumber, type AskedNumber } from './reveal-desk.ts';

const GRID = '999999001001002';
const AUDIT = 'audit-999999001001';
const NOW = '2026-11-22T08:00:00.000Z';
const head = {
  ...{ schema: 1, createdAt: NOW, createdBy: 'limin', updatedAt: NOW, updatedBy: 'limin' },
  device: 'tablet1',
};
const resident = {
  ...head,
  _id: 'resident:A',
  type: 'resident',
  name: '王桂兰',
  idNumber: '999999194802290027',
  phones: ['13812341234', '13856785678'],
};
const building = {
  ...head,
  _id: 'building:1',
  type: 'building',
  grid: GRID,
  number: '3',
  units: [{ number: '1', floors: 6 }],
  head: { name: '何伟', phone: '13900001111' },
};

const applicants: Record<string, string> = { 'request:A': '13700002222' };

afterEach(() => void vi.restoreAllMocks());

async function aTablet(communities = ['999999001001']) {
  const { store } = await aMemoryStore();
  const model = emptyFieldModel();
  putIntoModel(model, `grid-${GRID}`, resident);
  putIntoModel(model, 'directory', building);
  const author = () => ({ person: 'limin', device: 'tablet1', now: NOW });
  const ids = {
    nowMs: () => Date.parse(NOW),
    randomBytes: (length: number) => crypto.getRandomValues(new Uint8Array(length)),
  };
  const audit = auditDesk({ store, ids, session: { author, communities: () => communities } });
  const events = async (scope = AUDIT) => {
    const turn = await store.beginTurn();
    const ids = (await turn.listWaiting(scope)).map(({ id }) => id);
    return (await turn.readWaiting(scope, ids, 1e6)).map(({ body }) => body);
  };
  const reveal = (asked: Partial<AskedNumber>) =>
    revealNumber(
      { store, audit, session: { model }, applicantsPhone: (id) => Promise.resolve(applicants[id]) },
      { about: 'resident:A', field: 'idNumber', to: 'show', ...asked },
    );
  return { store, audit, events, reveal };
}

/** From now on no room is left. */
function fillDisk(): void {
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('no room', 'QuotaExceededError');
  });
}

describe('a number that is asked for', () => {
  it('is answered whole, and who saw it stands in the audit of its community', async () => {
    const { reveal, events } = await aTablet();
    expect(await reveal({})).toEqual({ outcome: 'shown', number: '999999194802290027' });
    expect(await reveal({ field: 'phone', position: 1, to: 'dial' })).toEqual({
      outcome: 'shown',
      number: '13856785678',
    });
    expect(await reveal({ about: 'building:1', field: 'phone', to: 'dial' })).toEqual({
      outcome: 'shown',
      number: '13900001111',
    });
    expect(await events()).toMatchObject([
      { number: 1, what: 'revealed', field: 'idNumber', about: 'resident:A', grid: GRID, createdBy: 'limin' },
      { number: 2, what: 'dialled', field: 'phone', about: 'resident:A' },
      { number: 3, what: 'dialled', field: 'phone', about: 'building:1', grid: GRID },
    ]);
    const written = JSON.stringify(await events());
    for (const secret of ['999999194802290027', '13856785678', '13900001111', '王桂兰', '何伟'])
      expect(written).not.toContain(secret);
  });

  it('is not answered where that cannot be written down', async () => {
    const { reveal, events } = await aTablet();
    fillDisk();
    expect(await reveal({})).toEqual({ outcome: 'full' });
    vi.restoreAllMocks();
    expect(await events()).toEqual([]);
    expect(await reveal({})).toMatchObject({ outcome: 'shown' });
    expect(await events()).toMatchObject([{ number: 1 }]);
  });

  it('of somebody who asked at the desk is told like any other', async () => {
    const { reveal, events } = await aTablet();
    const asked = { about: 'request:A', field: 'phone' } as const;
    expect(await reveal(asked)).toEqual({ outcome: 'shown', number: '13700002222' });
    expect(await reveal({ ...asked, to: 'dial' })).toMatchObject({ outcome: 'shown' });
    expect(await reveal({ about: 'request:A', field: 'idNumber' })).toEqual({ outcome: 'gone' });
    expect(await reveal({ ...asked, about: 'request:B' })).toEqual({ outcome: 'gone' });
    expect(await events()).toMatchObject([
      { what: 'revealed', about: 'request:A', field: 'phone' },
      { what: 'dialled', about: 'request:A' },
    ]);
  });

  it('is asked for with a reason where the office wants one, and is not shown without', async () => {
    const { store, reveal, events } = await aTablet();
    const setting = { ...head, _id: 'setting:reasons', type: 'setting', asked: ['idNumber'] };
    await store.saveAction([{ scope: 'directory', body: setting }]);
    expect(await reveal({})).toEqual({ outcome: 'whyNeeded' });
    expect(await reveal({ why: '  ' })).toEqual({ outcome: 'whyNeeded' });
    expect(await events()).toEqual([]);
    expect(await reveal({ why: '核对医保' })).toMatchObject({ outcome: 'shown' });
    expect(await reveal({ field: 'phone' })).toMatchObject({ outcome: 'shown' });
    expect(await events()).toMatchObject([{ why: '核对医保' }, { field: 'phone' }]);
  });

  it('is not answered over a store that was closed', async () => {
    const { store, reveal } = await aTablet();
    store.close();
    expect((await reveal({})).outcome).not.toBe('shown');
  });

  it('that is not there leaves no event', async () => {
    const { reveal, events } = await aTablet();
    expect(await reveal({ field: 'phone', position: 2 })).toEqual({ outcome: 'gone' });
    expect(await reveal({ about: 'resident:B' })).toEqual({ outcome: 'gone' });
    expect(await reveal({ field: 'documentNumber' })).toEqual({ outcome: 'gone' });
    expect(await events()).toEqual([]);
  });

  it('that belongs to no grid goes to her own community, and to none where she has none', async () => {
    const { audit, events } = await aTablet();
    expect(await audit.record({ what: 'exported', count: 3 })).toBe('kept');
    expect(await events()).toMatchObject([{ what: 'exported', count: 3 }]);
    const stranger = await aTablet([]);
    expect(await stranger.audit.record({ what: 'exported' })).toBe('nowhere');
  });
});
