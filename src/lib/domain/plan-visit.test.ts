import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aDocument } from '#tests/fixtures/one-building.ts';
import { parseDocument, type DocumentType } from './parse-document.ts';
import { VISIT_RESULTS, type Household, type Membership, type Resident, type VisitTask } from './people.ts';
import type { Room } from './place.ts';
import { planVisit } from './plan-visit.ts';
import type { PlanVisitInput, VisitPlan } from './visit-plan.ts';
import type { Answers } from './visit.ts';

/** 09:30 on a Sunday in Beijing. */
const SAVED = '2026-11-22T01:30:00.000Z';

const chens = {
  household: aDocument('household:502', {
    room: 'room:502',
    kind: 'family',
    head: 'resident:chen',
  }) as Household,
  room: aDocument('room:502', {
    ...{
      building: 'building:3',
      buildingNumber: '3',
      unitNumber: '2',
      floor: 5,
      roomNumber: '502',
      state: 'rented',
    },
  }) as Room,
  memberships: [
    aDocument('membership:chen', { household: 'household:502', resident: 'resident:chen', relation: '02' }),
    aDocument('membership:zhou', { household: 'household:502', resident: 'resident:zhou', relation: '11' }),
    aDocument('membership:gone', {
      household: 'household:502',
      resident: 'resident:gone',
      relation: '30',
      to: '2024-01-01',
    }),
  ] as Membership[],
  residents: [
    aDocument('resident:chen', { name: '陈丽华', phones: ['13800002046', '0531-80297299'] }),
    aDocument('resident:zhou', { name: '周志强' }),
  ] as Resident[],
};

/** Ids that say their place in the plan. */
function counted() {
  let made = 0;
  return { nowMs: () => 0, randomBytes: (length: number) => new Uint8Array(length).fill(made++) };
}

function inputOf(answers: Answers, more: Partial<PlanVisitInput> = {}): PlanVisitInput {
  return {
    form: 'f1',
    formVersion: '1',
    answers: { occurredAt: SAVED, mode: 'door', by: 'self', ...answers },
    ...chens,
    openTasks: [],
    author: { person: 'limin', device: 'tablet-a', now: SAVED },
    ids: counted(),
    startedAt: '2026-11-22T01:27:00.000Z',
    endedAt: SAVED,
    ...more,
  };
}

function planOf(answers: Answers, more: Partial<PlanVisitInput> = {}): VisitPlan {
  const planned = planVisit(inputOf(answers, more));
  if (planned.outcome !== 'planned') throw new Error(`refused: ${planned.reason} ${planned.key}`);
  return planned.plan;
}

const writtenOf = (plan: VisitPlan, type: string) =>
  plan.writes
    .map((write) => write.after as Record<string, unknown>)
    .filter((document) => document.type === type);

const task = (id: string, fields: Partial<VisitTask>) =>
  aDocument(`task:${id}`, {
    ...{
      household: 'household:502',
      form: 'f1',
      reason: 'recheck',
      dueAt: '2026-11-22T12:00:00.000Z',
      status: 'open',
    },
    ...fields,
  }) as VisitTask;

const MET: Answers = {
  result: 'met',
  respondent: 'resident:chen',
  rosterState: 'unchanged',
  needs: ['none'],
  quickSafety: ['none'],
};
const NOBODY: Answers = { result: 'nobody', retryAt: '2026-11-23' };
const changed = (...changes: Record<string, string>[]): Answers => ({
  ...MET,
  rosterState: 'changed',
  changes: changes.map((change) => ({ evidence: 'told', ...change })),
});

describe('a visit where somebody was met', () => {
  it('is written down whole, with the household that now was visited', () => {
    const plan = planOf(MET);
    expect(plan.visit).toMatchObject({
      ...{
        type: 'visit',
        form: 'f1',
        formVersion: '1',
        household: 'household:502',
        room: 'room:502',
        result: 'met',
      },
      ...{
        occurredAt: SAVED,
        occurredOn: '2026-11-22',
        startedAt: '2026-11-22T01:27:00.000Z',
        endedAt: SAVED,
      },
      ...{ createdBy: 'limin', device: 'tablet-a', createdAt: SAVED },
    });
    expect(plan.visit.lateEntry).toBeUndefined();
    expect(plan.writes.map(({ scope, after }) => [scope, after._id])).toEqual([
      ['events', plan.visit._id],
      ['grid', 'household:502'],
    ]);
    expect(writtenOf(plan, 'household')[0]).toMatchObject({
      lastVisit: { visit: plan.visit._id, on: '2026-11-22', form: 'f1', result: 'met', by: 'limin' },
      lastContactOn: '2026-11-22',
      rosterVerifiedOn: '2026-11-22',
    });
    expect(plan.recheckAt).toBeUndefined();
  });

  it('says what it changed of the roster, and what stood there before', () => {
    const plan = planOf({ ...MET, roomState: 'owner', phoneOk: false, phone: '152 0327 1124' });
    expect(plan.visit.changes).toEqual([
      { document: 'household:502', field: 'rosterVerifiedOn', after: '2026-11-22' },
      { document: 'room:502', field: 'state', before: 'rented', after: 'owner' },
      {
        document: 'resident:chen',
        field: 'phones',
        before: ['13800002046', '0531-80297299'],
        after: ['15203271124', '0531-80297299'],
      },
    ]);
  });

  it('does not write a room whose state is as it was', () => {
    expect(writtenOf(planOf({ ...MET, roomState: 'rented' }), 'room')).toEqual([]);
  });

  it.each([
    ['the respondent’s', { respondent: 'resident:zhou' }, 'resident:zhou'],
    ['the head’s, where it was somebody else', { respondent: 'somebodyElse' }, 'resident:chen'],
  ])('takes a new number as %s', (_, respondent, resident) => {
    const plan = planOf({ ...MET, ...respondent, phoneOk: false, phone: '13895559797' });
    expect(writtenOf(plan, 'resident').map(({ _id }) => _id)).toEqual([resident]);
  });

  it.each(['none', 'refused'])('leaves the numbers alone where there is %s', (phone) => {
    expect(writtenOf(planOf({ ...MET, phoneOk: false, phone }), 'resident')).toEqual([]);
  });

  it('was a check of the members only where they were checked', () => {
    const { rosterState: _, ...unchecked } = MET;
    expect(writtenOf(planOf(unchecked), 'household')[0]?.rosterVerifiedOn).toBeUndefined();
  });
});

describe('changes of the roster', () => {
  it('closes the membership of who moved out, with day and reason, and deletes nobody', () => {
    const plan = planOf(
      changed({ kind: 'moveOut', person: 'resident:zhou', date: '2026-11-20', reason: '去深圳打工' }),
    );
    expect(writtenOf(plan, 'membership')).toMatchObject([
      { _id: 'membership:zhou', to: '2026-11-20', reason: 'moveOut', reasonText: '去深圳打工' },
    ]);
    expect(plan.visit.changes).toContainEqual({
      document: 'membership:zhou',
      field: 'to',
      after: '2026-11-20',
    });
    expect(plan.toConfirm).toEqual([]);
  });

  it('asks a second person who is head now, where the head moved out', () => {
    const plan = planOf(changed({ kind: 'floatOut', person: 'resident:chen', date: '2026-11-20' }));
    expect(plan.toConfirm).toEqual([{ kind: 'headChange', resident: 'resident:chen', on: '2026-11-20' }]);
    expect(writtenOf(plan, 'household')[0]?.head).toBe('resident:chen');
  });

  it.each([
    ['moveIn', {}],
    ['floatIn', { residenceKind: 'floating' }],
    ['birth', { birth: '2026-11-01' }],
  ])('%s makes a person and her membership', (kind, fields) => {
    const plan = planOf(changed({ kind, name: '周小满', relation: '30', date: '2026-11-01' }));
    const [resident] = writtenOf(plan, 'resident');
    expect(resident).toMatchObject({ name: '周小满', ...fields });
    expect(resident?.idNumber).toBeUndefined();
    expect(writtenOf(plan, 'membership')).toMatchObject([
      { household: 'household:502', resident: resident?._id, relation: '30', from: '2026-11-01' },
    ]);
    expect(plan.visit.changes.filter(({ document }) => document === resident?._id)).toContainEqual({
      document: resident?._id,
      field: 'name',
      after: '周小满',
    });
  });

  it.each(['death', 'headChange', 'split', 'merge'])(
    '%s is told and not applied until a second person confirms it',
    (kind) => {
      const plan = planOf(changed({ kind, person: 'resident:zhou', date: '2026-11-19' }));
      expect(plan.toConfirm).toEqual([{ kind, resident: 'resident:zhou', on: '2026-11-19' }]);
      expect(writtenOf(plan, 'membership')).toEqual([]);
      expect(writtenOf(plan, 'resident')).toEqual([]);
      expect(plan.visit.answers.changes).toMatchObject([{ kind, person: 'resident:zhou' }]);
    },
  );

  it.each(['away', 'back', 'marriage', 'divorce', 'adoption', 'correction'])(
    '%s is recorded in the visit',
    (kind) => {
      const plan = planOf(changed({ kind, person: 'resident:zhou', date: '2026-11-19' }));
      expect(plan.toConfirm).toEqual([]);
      expect(plan.writes.map(({ after }) => after._id)).toEqual([plan.visit._id, 'household:502']);
    },
  );

  it('stops for nobody who is not in the roster any more', () => {
    const plan = planOf(changed({ kind: 'moveOut', person: 'resident:gone', date: '2026-11-20' }));
    expect(writtenOf(plan, 'membership')).toEqual([]);
    expect(plan.visit.answers.changes).toHaveLength(1);
  });

  it('takes several at once, each document written once', () => {
    const plan = planOf(
      changed(
        { kind: 'moveOut', person: 'resident:zhou', date: '2026-11-20' },
        { kind: 'moveOut', person: 'resident:zhou', date: '2026-11-21' },
        { kind: 'birth', name: '周一', relation: '20', date: '2026-11-20' },
        { kind: 'birth', name: '周二', relation: '20', date: '2026-11-20' },
      ),
    );
    const ids = plan.writes.map(({ after }) => after._id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(writtenOf(plan, 'resident').map(({ name }) => name)).toEqual(['周一', '周二']);
  });

  it('are not looked for where the members are said to be as they were', () => {
    const plan = planOf({
      ...changed({ kind: 'moveOut', person: 'resident:zhou', date: '2026-11-20' }),
      rosterState: 'unchanged',
    });
    expect(writtenOf(plan, 'membership')).toEqual([]);
  });
});

describe('a visit where nobody was met', () => {
  it('makes a re-check on the day told, and the household no better known', () => {
    const plan = planOf(NOBODY);
    expect(plan.recheckAt).toBe('2026-11-23T15:59:00.000Z');
    expect(writtenOf(plan, 'task')).toMatchObject([
      {
        ...{ household: 'household:502', form: 'f1', reason: 'recheck', status: 'open', assignee: 'limin' },
        ...{ dueFrom: '2026-11-22T16:00:00.000Z', dueAt: plan.recheckAt, madeBy: plan.visit._id },
      },
    ]);
    const [household] = writtenOf(plan, 'household');
    expect(household).toMatchObject({ lastVisit: { result: 'nobody' } });
    expect(household?.lastContactOn).toBeUndefined();
    expect(household?.rosterVerifiedOn).toBeUndefined();
  });

  it('changes nothing of the roster, whatever else is in the answers', () => {
    const plan = planOf({
      ...changed({ kind: 'moveOut', person: 'resident:zhou', date: '2026-11-20' }),
      ...NOBODY,
      roomState: 'vacant',
    });
    expect(plan.visit.changes).toEqual([]);
  });

  it('of an elder is looked after within a day, however far the time told lies', () => {
    const knock = (nextCheck: string) =>
      planOf(
        { knock: 'noAnswer', result: 'nobody', tried: ['phone', 'meters'], nextCheck },
        { form: 'f2', resident: 'resident:chen' },
      );
    expect(knock('2026-11-22T06:00:00.000Z').recheckAt).toBe('2026-11-22T06:00:00.000Z');
    expect(knock('2026-11-25T06:00:00.000Z').recheckAt).toBe('2026-11-23T01:30:00.000Z');
    expect(writtenOf(knock('2026-11-22T06:00:00.000Z'), 'task')).toMatchObject([
      { form: 'f2', resident: 'resident:chen', dueFrom: SAVED },
    ]);
  });
});

describe('tasks', () => {
  const settled = (answers: Answers, openTasks: VisitTask[], more: Partial<PlanVisitInput> = {}) =>
    writtenOf(planOf(answers, { openTasks, ...more }), 'task').filter(({ status }) => status === 'done');

  it('are done by a visit that met somebody, and name it; the visit names the oldest', () => {
    const openTasks = [
      task('b', { reason: 'planned', dueAt: '2026-11-30T12:00:00.000Z' }),
      task('a', { dueAt: '2026-11-21T12:00:00.000Z' }),
    ];
    const plan = planOf(MET, { openTasks });
    expect(plan.visit.task).toBe('task:a');
    expect(writtenOf(plan, 'task')).toMatchObject([
      { _id: 'task:a', status: 'done', doneBy: plan.visit._id },
      { _id: 'task:b', status: 'done', doneBy: plan.visit._id },
    ]);
  });

  it.each<[string, Partial<VisitTask>]>([
    ['another form', { form: 'f2' }],
    ['another resident', { resident: 'resident:zhou' }],
    ['a plan whose time has not come', { reason: 'planned', dueFrom: '2026-12-01T00:00:00.000Z' }],
    ['one that was dropped', { status: 'dropped' }],
  ])('of %s stay as they are', (_, fields) => {
    expect(settled(MET, [task('x', fields)])).toEqual([]);
  });

  it('leave never two open re-checks: having come again settles the old one, even where nobody was met again', () => {
    const plan = planOf(NOBODY, { openTasks: [task('old', {}), task('planned', { reason: 'planned' })] });
    expect(writtenOf(plan, 'task').map(({ status, reason }) => `${reason} ${status}`)).toEqual([
      'recheck done',
      'recheck open',
    ]);
  });

  it('come of what is to be followed up', () => {
    const plan = planOf({ ...MET, followUp: true });
    expect(writtenOf(plan, 'task')).toMatchObject([
      {
        reason: 'followUp',
        dueFrom: '2026-11-22T16:00:00.000Z',
        dueAt: '2026-11-29T15:59:00.000Z',
        madeBy: plan.visit._id,
      },
    ]);
  });

  it('come within a day where something was found wrong', () => {
    const plan = planOf({ ...MET, followUp: true, abnormal: ['noFoodOrMedicine'] });
    expect(writtenOf(plan, 'task')).toMatchObject([
      { reason: 'followUp', dueAt: '2026-11-23T15:59:00.000Z' },
    ]);
  });
});

describe('when it was', () => {
  it.each([
    ['a minute ago', '2026-11-22T01:29:00.000Z', undefined],
    ['yesterday evening in Beijing', '2026-11-21T12:00:00.000Z', true],
    ['today in Beijing, yesterday in London', '2026-11-21T16:30:00.000Z', undefined],
    ['seven days ago', '2026-11-15T01:30:00.000Z', true],
  ])('%s is taken, and 补记 if on another day', (_, occurredAt, lateEntry) => {
    expect(planOf({ ...MET, occurredAt }).visit).toMatchObject({
      occurredAt,
      ...(lateEntry ? { lateEntry } : {}),
    });
    expect(planOf({ ...MET, occurredAt }).visit.lateEntry).toBe(lateEntry);
  });

  it.each([
    ['2026-11-15T01:26:00.000Z', 'tooOld'],
    ['2026-11-22T02:31:00.000Z', 'inFuture'],
    ['yesterday', 'inFuture'],
  ])('%s is refused as %s', (occurredAt, reason) => {
    expect(planVisit(inputOf({ ...MET, occurredAt }))).toEqual({
      outcome: 'refused',
      reason,
      key: 'occurredAt',
    });
  });

  it('a quarter of an hour ahead is now', () => {
    expect(planOf({ ...MET, occurredAt: '2026-11-22T01:45:00.000Z' }).visit.occurredAt).toBe(SAVED);
  });

  it('defaults to the moment of saving', () => {
    const input = inputOf(MET);
    const { occurredAt: _, ...answers } = input.answers;
    expect(planVisit({ ...input, answers })).toMatchObject({ plan: { visit: { occurredAt: SAVED } } });
  });

  it('does not let an older visit written down late take the place of a newer one', () => {
    const lastVisit = { visit: 'visit:new', on: '2026-11-21', form: 'f1', result: 'nobody', by: 'zhang' };
    const known = {
      ...chens.household,
      lastVisit,
      lastContactOn: '2026-11-21',
      rosterVerifiedOn: '2026-11-21',
    } as Household;
    const plan = planOf({ ...MET, occurredAt: '2026-11-18T01:00:00.000Z' }, { household: known });
    expect(writtenOf(plan, 'household')).toEqual([]);
    expect(plan.visit.lateEntry).toBe(true);
  });

  it('ends within twelve hours of its start and never before it, whatever the clock did', () => {
    const draftOfYesterday = planOf(MET, { startedAt: '2026-11-21T01:00:00.000Z' });
    expect(draftOfYesterday.visit.endedAt).toBe('2026-11-21T13:00:00.000Z');
    const clockSetBack = planOf({ ...MET, occurredAt: SAVED }, { startedAt: '2026-11-22T02:00:00.000Z' });
    expect(clockSetBack.visit.endedAt).toBe('2026-11-22T02:00:00.000Z');
  });
});

describe('answers that are no whole form', () => {
  it.each<[string, Answers, Partial<PlanVisitInput>, string]>([
    ['no result', {}, {}, 'result'],
    ['a result nobody knows', { result: 'gone' }, {}, 'result'],
    ['nobody met and no day to come again', { result: 'nobody' }, {}, 'retryAt'],
    ['a day that is none', { result: 'nobody', retryAt: 'soon' }, {}, 'retryAt'],
    ['an elder’s form about nobody', { result: 'met' }, { form: 'f2' }, 'resident'],
    [
      'no answer and no time to look again',
      { result: 'nobody' },
      { form: 'f2', resident: 'resident:chen' },
      'nextCheck',
    ],
  ])('are refused: %s', (_, answers, more, key) => {
    expect(planVisit(inputOf(answers, more))).toEqual({ outcome: 'refused', reason: 'missing', key });
  });
});

describe('any plan', () => {
  const day = fc.integer({ min: 0, max: 6 }).map((days) => `2026-11-${22 - days}`);
  const change = fc.record({
    kind: fc.constantFrom(
      'moveIn',
      'moveOut',
      'floatIn',
      'floatOut',
      'birth',
      'death',
      'away',
      'merge',
      'headChange',
    ),
    person: fc.constantFrom('resident:chen', 'resident:zhou', 'resident:gone', 'resident:nobody'),
    name: fc.constantFrom('周一', '周二'),
    relation: fc.constantFrom('20', '30', '99'),
    date: day,
    evidence: fc.constant('told'),
  });
  const anyAnswers = fc.record({
    result: fc.constantFrom(...VISIT_RESULTS),
    retryAt: fc.constant('2026-11-24'),
    rosterState: fc.constantFrom('changed', 'unchanged'),
    changes: fc.array(change, { maxLength: 4 }),
    roomState: fc.constantFrom('owner', 'rented', 'nonsense'),
    phoneOk: fc.boolean(),
    phone: fc.constantFrom('13895559797', 'none', '12', '13800002046'),
    followUp: fc.boolean(),
    respondent: fc.constantFrom('resident:chen', 'resident:zhou', 'somebodyElse'),
  });

  it('is made of documents that read as what they are, each written once, each change of a fact told', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        const plan = planOf(answers, { openTasks: [task('old', {})] });
        const ids = plan.writes.map(({ after }) => after._id);
        expect(new Set(ids).size).toBe(ids.length);
        for (const { after } of plan.writes) {
          expect(parseDocument(after.type as DocumentType, after).outcome).toBe('read');
        }
        for (const write of plan.writes) {
          if (write.scope === 'events' || !write.before) expect(write.after.salt).toMatch(/^[0-9A-Z]{20}$/);
          if (write.scope === 'events' || !write.before) continue;
          expect(write.after._id).toBe(write.before._id);
          expect(write.after).not.toEqual(write.before);
        }
        for (const told of plan.visit.changes) {
          expect(ids).toContain(told.document);
          expect(told.after).not.toEqual(told.before);
        }
        expect(
          writtenOf(plan, 'task').filter((each) => each.status === 'open' && each.reason === 'recheck'),
        ).toHaveLength(plan.recheckAt ? 1 : 0);
      }),
    );
  });

  it('is the same for the same input', () => {
    fc.assert(
      fc.property(anyAnswers, (answers) => {
        expect(planVisit(inputOf(answers))).toEqual(planVisit(inputOf(answers)));
      }),
      { numRuns: 30 },
    );
  });
});
