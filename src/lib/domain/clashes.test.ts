import { describe, expect, it } from 'vitest';
import { aHousehold, aMembership, aResident, aRoom } from '#tests/fixtures/field-documents.ts';
import { listClashes, settleClash } from './clashes.ts';
import { emptyFieldModel, putIntoModel } from './field-model.ts';

const AT = '2026-11-22T02:00:00.000Z';
const resident = aResident({
  phones: ['13800001234'],
  at: { phones: 4 },
  seen: { phones: { by: 'limin', at: '2026-11-22T03:00:00.000Z', how: 'told' } },
  clashes: [
    { field: 'birth', value: '1948-02-28', by: 'wang', at: AT },
    { field: 'phones', value: ['13800009999'], by: 'wang', at: AT, how: 'document' },
  ],
});
const change = { person: 'limin', device: 'tablet-a', now: '2026-11-22T04:00:00.000Z', generation: 5 };

describe('the list of clashes', () => {
  const room = aRoom();
  const household = aHousehold({ room: room._id });
  const model = emptyFieldModel();
  const membership = aMembership({ household: household._id, resident: resident._id });
  for (const document of [room, household, resident, membership]) putIntoModel(model, 'grid-1', document);

  it('says of whom, at which door, and both values with who, when and how, numbers masked', () => {
    expect(listClashes(model)).toEqual([
      {
        document: resident._id,
        scope: 'grid-1',
        type: 'resident',
        household: household._id,
        door: '3-2-501',
        name: '王桂兰',
        fields: [
          {
            field: 'birth',
            leading: { value: '1948-02-29', by: 'limin', at: '2026-11-22T01:00:00.000Z' },
            others: [{ entry: 0, value: '1948-02-28', by: 'wang', at: AT }],
          },
          {
            field: 'phones',
            leading: {
              value: ['138****1234'],
              by: 'limin',
              at: '2026-11-22T03:00:00.000Z',
              how: 'told',
            },
            others: [{ entry: 0, value: ['138****9999'], by: 'wang', at: AT, how: 'document' }],
          },
        ],
      },
    ]);
  });

  it('is empty where nobody contradicts anybody', () => {
    const quiet = emptyFieldModel();
    putIntoModel(quiet, 'grid-1', household);
    expect(listClashes(quiet)).toEqual([]);
  });
});

describe('settling a clash', () => {
  const settled = (outcome: ReturnType<typeof settleClash>) =>
    outcome.outcome === 'settled' ? outcome.body : undefined;

  const { at } = resident.seen!.phones!;
  /** As she was shown the clash about phones. */
  const seen = { leading: { by: 'limin', at }, others: [{ by: 'wang', at: AT }] };
  /** Of a document whose fields nobody has changed since it was made. */
  const asMade = ({ createdBy, createdAt }: { createdBy: string; createdAt: string }, by: string) => ({
    leading: { by: createdBy, at: createdAt },
    others: [{ by, at: AT }],
  });

  it('keeps what leads, and leaves the other clash', () => {
    const body = settled(
      settleClash(resident, { field: 'phones', seen, choice: { keep: 'leading' } }, change),
    );
    expect(body).toMatchObject({ phones: ['13800001234'], at: { phones: 5 }, updatedBy: 'limin' });
    expect(body!.clashes).toEqual([resident.clashes![0]]);
    expect(body!.seen).toMatchObject({ phones: { by: 'limin', at: change.now } });
  });

  it('takes the other value, or a third', () => {
    const take = { take: { entry: 0 } };
    const taken = settleClash(
      resident,
      { field: 'phones', seen, choice: take },
      { ...change, how: 'document' },
    );
    expect(settled(taken)).toMatchObject({ phones: ['13800009999'], seen: { phones: { how: 'document' } } });
    const both = { write: ['13800001234', '13800009999'] };
    const written = settled(settleClash(resident, { field: 'phones', seen, choice: both }, change));
    expect(written).toMatchObject({ phones: both.write, birth: '1948-02-29' });
  });

  it('takes with a value what goes with it', () => {
    const entry = { field: 'to', value: '2026-11-01', with: { reason: 'moveOut' }, by: 'wang', at: AT };
    const membership = aMembership({ to: '2026-11-02', reason: 'death', reasonText: '…', clashes: [entry] });
    const choice = { take: { entry: 0 } };
    const seenThere = asMade(membership, 'wang');
    const body = settled(settleClash(membership, { field: 'to', seen: seenThere, choice }, change))!;
    expect(body).toMatchObject({ to: '2026-11-01', reason: 'moveOut' });
    expect('reasonText' in body).toBe(false);
    expect('clashes' in body).toBe(false);
  });

  it('says so where the clash is another one by now', () => {
    const entry = { field: 'phones', value: ['13800005555'], by: 'chen', at: AT };
    const more = { ...resident, clashes: [...resident.clashes!, entry] };
    const led = { ...resident, phones: ['13800005555'], seen: { phones: { by: 'chen', at } } };
    const choices = [{ keep: 'leading' as const }, { take: { entry: 0 } }, { write: ['13800001111'] }];
    for (const choice of choices) {
      const decision = { field: 'phones', seen, choice };
      expect(settleClash(resident, decision, change).outcome).toBe('settled');
      // Somebody said something else since; what leads was said by another since; it was settled since.
      for (const now of [more, led, { ...resident, clashes: [resident.clashes![0]] }])
        expect(settleClash(now, decision, change)).toEqual({ outcome: 'moved' });
    }
    const other = { field: 'work', seen, choice: { keep: 'leading' as const } };
    expect(settleClash(resident, other, change)).toEqual({ outcome: 'moved' });
  });

  it('lets a deletion stand, with nothing of the person left in it', () => {
    const entry = { field: '_deleted', value: true, by: 'chen', at: AT };
    const deleted = aResident({ clashes: [entry] });
    const choice = { take: { entry: 0 } };
    const seenThere = asMade(deleted, 'chen');
    expect(settled(settleClash(deleted, { field: '_deleted', seen: seenThere, choice }, change))).toEqual({
      _id: deleted._id,
      _deleted: true,
      type: 'resident',
      updatedBy: 'limin',
    });
    const keeping = { field: '_deleted', seen: seenThere, choice: { keep: 'leading' as const } };
    const kept = settleClash(deleted, keeping, change);
    expect(settled(kept)).toMatchObject({ name: '王桂兰', updatedBy: 'limin' });
  });
});
