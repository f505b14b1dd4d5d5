import { describe, expect, it } from 'vitest';
import { aHousehold, aShift } from '#tests/fixtures/field-documents.ts';
import { aMemoryStore } from '#tests/fixtures/memory-store.ts';
import { aRow, pulls } from '#tests/fixtures/pulled-rows.ts';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { Shift } from '#lib/domain/shift.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import { KeptShifts } from './kept-shifts.ts';

const SCOPE = 'community-999999001001';
const revOf = (n: number) => `1-${String(n).padStart(32, '0')}`;

/** The shifts of a real store, and how often its list was opened. */
async function aShelf() {
  const { store } = await aMemoryStore();
  const seen = { openings: 0, failing: false };
  const listByType: DeviceStore['listByType'] = async (scope, type) => {
    seen.openings++;
    if (seen.failing) throw new StorageFault('unavailable', 'the medium does not answer');
    return store.listByType(scope, type);
  };
  const shifts = new KeptShifts({ listByType, onChange: store.onChange });
  const told = (type: string) =>
    new Promise<void>((resolve) => {
      const stop = store.onChange(({ types }) => {
        if (!types.includes(type)) return;
        stop();
        resolve();
      });
    });
  const comes = async (body: Shift | ReturnType<typeof aHousehold>, n: number) => {
    const heard = told(body.type);
    await pulls(await store.beginTurn(), SCOPE, aRow({ ...body }, [revOf(n)]));
    await heard;
  };
  return { store, shifts, seen, comes, told };
}

const peopleIn = async (shifts: KeptShifts) => (await shifts.of([SCOPE])).map(({ shift }) => shift.person);

describe('the shifts a tablet holds', () => {
  it('are opened once, whatever else changes', async () => {
    const { shifts, seen, comes } = await aShelf();
    await comes(aShift({ person: 'limin' }), 1);
    expect(await peopleIn(shifts)).toEqual(['limin']);
    await comes(aHousehold(), 2);
    expect(await peopleIn(shifts)).toEqual(['limin']);
    expect(seen.openings).toBe(1);
  });

  it('are opened anew once another was handed in, here or elsewhere', async () => {
    const { store, shifts, comes, told } = await aShelf();
    expect(await peopleIn(shifts)).toEqual([]);
    await comes(aShift({ person: 'liuyang', handedInAt: '2026-11-21T09:00:00.000Z' }), 1);
    expect(await peopleIn(shifts)).toEqual(['liuyang']);
    const heard = told('shift');
    await store.saveAction([{ scope: SCOPE, body: { ...aShift({ person: 'limin' }) } }]);
    await heard;
    expect(await peopleIn(shifts)).toEqual(['limin', 'liuyang']);
  });

  it('are gone with their scope', async () => {
    const { store, shifts, comes, told } = await aShelf();
    await comes(aShift(), 1);
    expect(await peopleIn(shifts)).toHaveLength(1);
    const heard = told('shift');
    await (await store.beginTurn()).dropScope(SCOPE);
    await heard;
    expect(await peopleIn(shifts)).toEqual([]);
  });

  it('are asked for again where the medium failed', async () => {
    const { shifts, seen, comes } = await aShelf();
    await comes(aShift(), 1);
    seen.failing = true;
    await expect(shifts.of([SCOPE])).rejects.toThrow(StorageFault);
    seen.failing = false;
    expect(await peopleIn(shifts)).toEqual(['limin']);
  });
});
