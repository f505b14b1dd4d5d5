import { describe, expect, it } from 'vitest';
import { aHousehold, aMembership, aResident, aRoom } from '#tests/fixtures/field-documents.ts';
import type { VisitTask } from './people.ts';
import { mendVisit } from './mend-visit.ts';
import { planVisit } from './plan-visit.ts';
import type { PlanVisitInput, VisitPlan } from './visit-plan.ts';
import type { Answers, Visit } from './visit.ts';

const SAVED = '2026-11-22T01:30:00.000Z';
const LATER = '2026-11-22T09:00:00.000Z';
const room = aRoom();
const household = aHousehold({ room: room._id });
const resident = aResident();
const membership = aMembership({ household: household._id, resident: resident._id });

function inputOf(answers: Answers): PlanVisitInput {
  let made = 0;
  return {
    form: 'f1',
    formVersion: '1',
    answers: { mode: 'door', by: 'self', ...answers },
    household,
    room,
    memberships: [membership],
    residents: [resident],
    openTasks: [],
    author: { person: 'limin', device: 'tablet-a', now: SAVED },
    ids: { nowMs: () => 0, randomBytes: (length) => new Uint8Array(length).fill(made++) },
    startedAt: SAVED,
    endedAt: SAVED,
  };
}

function planned(outcome: ReturnType<typeof planVisit>): VisitPlan {
  if (outcome.outcome !== 'planned') throw new Error(outcome.outcome);
  return outcome.plan;
}

/** What the visit did at first, and what mending it with other answers does. */
function mended(first: Answers, then: Answers) {
  const before = planned(planVisit(inputOf(first)));
  const tasks = before.writes.map(({ after }) => after).filter(({ type }) => type === 'task') as VisitTask[];
  const again = inputOf(then);
  const after = planned(
    mendVisit({
      ...again,
      author: { ...again.author, now: LATER },
      openTasks: tasks,
      refused: before.visit as Visit,
      made: tasks,
    }),
  );
  return { before, after, tasks };
}

const NOBODY = { result: 'nobody', retryAt: '2026-11-23' };
const MET = { result: 'met', rosterState: 'unchanged', needs: ['none'] };

describe('a refused visit that is mended', () => {
  it('is the same visit, at the time it happened, with the new answers', () => {
    const { before, after } = mended(MET, { ...MET, remark: '按了两次门铃' });
    expect(after.visit).toMatchObject({
      _id: before.visit._id,
      createdAt: SAVED,
      updatedAt: LATER,
      occurredAt: before.visit.occurredAt,
      answers: { remark: '按了两次门铃' },
    });
    expect(after.writes[0]).toEqual({ scope: 'events', after: after.visit });
  });

  it('moves the re-check it made instead of making a second', () => {
    const { after, tasks } = mended(NOBODY, { ...NOBODY, retryAt: '2026-11-25' });
    const written = after.writes.filter((write) => write.after.type === 'task');
    expect(tasks).toHaveLength(1);
    expect(written).toMatchObject([
      { before: { _id: tasks[0]!._id }, after: { _id: tasks[0]!._id, dueAt: '2026-11-25T15:59:00.000Z' } },
    ]);
  });

  it('settles that re-check where somebody was met after all', () => {
    const { before, after, tasks } = mended(NOBODY, MET);
    expect(after.recheckAt).toBeUndefined();
    expect(after.writes.map((write) => write.after)).toContainEqual({
      ...tasks[0],
      status: 'done',
      doneBy: before.visit._id,
    });
  });

  it('lets nobody move in twice, and whoever was forgotten once', () => {
    const row = { kind: 'moveIn', date: '2026-11-20', name: '周志强', relation: '11' };
    const forgotten = { ...row, name: '周子涵' };
    const first = { ...MET, rosterState: 'changed', changes: [row] };
    const { before, after } = mended(first, { ...first, changes: [row, forgotten] });
    const names = (plan: VisitPlan) =>
      plan.writes.flatMap((write) => (write.after.type === 'resident' ? [write.after.name] : []));
    expect([names(before), names(after)]).toEqual([['周志强'], ['周子涵']]);
    expect(after.visit.answers.changes).toEqual([row, forgotten]);
    const told = after.visit.changes.filter(({ field }) => field === 'name').map((change) => change.after);
    expect(told).toEqual(['周志强', '周子涵']);
  });

  it('is asked again for what a whole form has', () => {
    const { before } = mended(MET, MET);
    const outcome = mendVisit({ ...inputOf({ result: 'nobody' }), refused: before.visit, made: [] });
    expect(outcome).toEqual({ outcome: 'refused', reason: 'missing', key: 'retryAt' });
  });
});
