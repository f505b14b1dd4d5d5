import { describe, expect, it } from 'vitest';
import { aDocument, aModel, TODAY } from '#tests/fixtures/one-building.ts';
import { todayView } from './today.ts';

const doors = (view: ReturnType<typeof todayView>) => view.rows.map((row) => row.door);
const recheck = (household: string, dueAt: string, status = 'open') =>
  aDocument(`task:${household}`, {
    household: `household:${household}`,
    form: 'f2',
    reason: 'recheck',
    dueAt,
    status,
  });

describe('today', () => {
  it('names an elder living alone who was met nine days ago as two days late', () => {
    const row = todayView(aModel(), TODAY).rows.find((one) => one.door === '3-2-501');
    expect(row).toMatchObject({
      name: '王桂兰',
      age: 84,
      light: 'late',
      lateDays: 2,
      dueOn: '2026-11-20',
      form: 'f2',
      tags: ['alone80'],
    });
    expect(row?.reason).toEqual({ kind: 'tag', code: 'alone80', intervalDays: 7 });
  });

  it('has an ordinary household due on the 182nd day and no earlier', () => {
    expect(doors(todayView(aModel(), '2026-11-21'))).not.toContain('3-2-401');
    const row = todayView(aModel(), TODAY).rows.find((one) => one.door === '3-2-401');
    expect(row).toMatchObject({ light: 'due', lateDays: 0, reason: { kind: 'ordinary' } });
  });

  it('puts an open re-check before everything else, even one for tomorrow', () => {
    const view = todayView(aModel(recheck('502', '2026-11-23T01:00:00.000Z')), TODAY);
    expect(doors(view)).toEqual(['3-2-502', '3-2-501', '3-2-401']);
    expect(view.counts).toEqual({ late: 1, due: 1, done: 0 });
  });

  it('does not let a re-check far ahead hide a weekly visit that is late already', () => {
    const [row] = todayView(aModel(recheck('501', '2026-12-20T12:00:00.000Z')), TODAY).rows;
    expect(row).toMatchObject({ door: '3-2-501', light: 'late', lateDays: 2, reason: { kind: 'recheck' } });
  });

  it('lets a promise for next month wait behind the weekly visit of this week', () => {
    const promised = aDocument('task:p', {
      household: 'household:501',
      form: 'f1',
      reason: 'followUp',
      dueAt: '2026-12-20T12:00:00.000Z',
      status: 'open',
    });
    const row = todayView(aModel(promised), TODAY).rows.find((one) => one.door === '3-2-501');
    expect(row).toMatchObject({ light: 'late', reason: { kind: 'tag', code: 'alone80' } });
  });

  it('knows the hour of a re-check of 敲门, and of nothing else: no other form asks for one', () => {
    const reasonOf = (fields: Record<string, unknown>) =>
      todayView(
        aModel(
          aDocument('task:x', {
            ...{ household: 'household:502', status: 'open', dueAt: '2026-11-22T10:30:00.000Z' },
            ...fields,
          }),
        ),
        TODAY,
      ).rows.find((row) => row.door === '3-2-502')?.reason;
    expect(reasonOf({ form: 'f2', reason: 'recheck' })).toMatchObject({ dueAt: '2026-11-22T10:30:00.000Z' });
    expect(reasonOf({ form: 'f1', reason: 'recheck' })).toEqual({ kind: 'recheck', dueDay: TODAY });
    expect(reasonOf({ form: 'f2', reason: 'followUp' })).toEqual({
      ...{ kind: 'task', reason: 'followUp', dueDay: TODAY },
    });
  });

  it('climbs the stairs of one building before those of the next, and those without a door come last', () => {
    const at = (id: string, building: string, buildingNumber: string) => [
      aDocument(`room:${id}`, {
        ...{ building, buildingNumber, unitNumber: '', floor: 1, roomNumber: '101', state: 'owner' },
      }),
      aDocument(`household:${id}`, { room: `room:${id}`, kind: 'family', lastContactOn: '2026-05-24' }),
    ];
    const buildings = [
      ['w', '待落格', undefined],
      ['10', '10', '桂花苑'],
      ['2', '2', '桂花苑'],
    ] as const;
    const model = aModel(
      ...buildings.flatMap(([id, number, compound]) => [
        aDocument(`building:${id}`, {
          ...{ grid: '999999001001001', number, units: [], ...(compound ? { compound } : {}) },
        }),
        ...at(id, `building:${id}`, number),
      ]),
    );
    expect(doors(todayView(model, TODAY)).slice(1)).toEqual(['2-101', '10-101', '3-2-401', '待落格-101']);
  });

  it('forgets a re-check that is done', () => {
    expect(doors(todayView(aModel(recheck('502', '2026-11-21T01:00:00.000Z', 'done')), TODAY))).not.toContain(
      '3-2-502',
    );
  });

  it('counts a household spoken to today as done, unless it is still due', () => {
    const met = aDocument('household:501', { room: 'room:501', kind: 'family', lastContactOn: TODAY });
    const view = todayView(aModel(met), TODAY);
    expect(view.done.map((row) => row.door)).toEqual(['3-2-501']);
    expect(doors(view)).toEqual(['3-2-401']);
  });

  it('leaves out a closed household and a tag that has ended', () => {
    const closed = aDocument('household:401', {
      room: 'room:401',
      kind: 'family',
      closedOn: '2026-10-01',
      lastContactOn: '2026-01-01',
    });
    const ended = aDocument('tag:1', { code: 'alone80', household: 'household:501', until: '2026-10-01' });
    const view = todayView(aModel(closed, ended), TODAY);
    expect(view.rows).toEqual([]);
    expect(view.householdCount).toBe(2);
  });

  it('is the same whatever the order in which documents arrive', () => {
    const model = aModel(recheck('502', '2026-11-21T01:00:00.000Z'));
    const again = aModel(
      recheck('502', '2026-11-21T01:00:00.000Z'),
      ...[...model.households.values()].reverse(),
    );
    expect(todayView(again, TODAY)).toEqual(todayView(model, TODAY));
  });
});
