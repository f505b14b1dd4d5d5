import { describe, expect, it } from 'vitest';
import { merge, type MergeLeaf } from './merge/merge.ts';
import { parseDocument } from './parse-document.ts';
import { deskView, requestView } from './desk-rows.ts';
import { faultOf, planRequest, planSteps, type NewRequest, type NewStep } from './plan-request.ts';
import { inOrder, requestState } from './request-state.ts';
import type { RequestStep, ServiceRequest } from './request.ts';
import { beijingInstant } from './time.ts';
import { workingDaysOf } from './working-days.ts';
import calendars from './working-days.json' with { type: 'json' };

const days = workingDaysOf(calendars);
let drawn = 0;
const ids = {
  nowMs: () => 1.79e12,
  randomBytes: (length: number) =>
    new Uint8Array(length).map((_byte, n) => Math.floor(drawn++ / 32 ** (n % 4))),
};
const author = (person: string, date = '2026-11-19', time = '10:00') => ({
  person,
  device: `tablet-of-${person}`,
  now: beijingInstant(date, time),
});
const typed = (given: Partial<NewRequest> = {}): NewRequest => ({
  ...{ name: ' 刘小芳 ', phone: '138 0000 2046', matter: 'elder-card', missing: [], note: '' },
  ...given,
});
const CARD = { code: 'elder-card', name: '老年优待证', workingDays: 3 };
const taken = (given: Partial<NewRequest> = {}) =>
  planRequest(typed(given), {
    ...{ community: '999999001001', block: 2, serial: 1, matter: CARD },
    ...{ author: author('zhaoxue'), ids },
  });

interface Case {
  request: ServiceRequest;
  steps: RequestStep[];
}
function done(
  before: Case,
  person: string,
  wanted: NewStep[],
  { isDesk = true, date = '2026-11-20' } = {},
): Case {
  const planned = planSteps(before, wanted, { author: author(person, date), ids, isDesk, days });
  if (planned.outcome !== 'planned') throw new Error(`${planned.kind}: not now`);
  const status = planned.closes ? ('closed' as const) : before.request.status;
  return { request: { ...before.request, status }, steps: [...before.steps, ...planned.steps] };
}
const outcome = (before: Case, person: string, wanted: NewStep[], isDesk = true) =>
  planSteps(before, wanted, { author: author(person), ids, isDesk, days }).outcome;
const state = ({ request, steps }: Case) => requestState(request, steps, days);

const DECIDED: NewStep = { kind: 'decided', conclusion: 'approved', text: '证已办好' };
const TOLD: NewStep = {
  kind: 'told',
  told: { how: 'phone', whom: '刘小芳', at: beijingInstant('2026-11-20', '15:00') },
};

describe('a request that is taken', () => {
  it('has its number, its first-asked, its promise, and a first step', () => {
    const { request, steps } = taken();
    expect(request).toMatchObject({
      ...{ number: '999999001001-261119-02-01', firstAsked: 'zhaoxue', workingDays: 3, status: 'open' },
      applicant: { name: '刘小芳', phone: '13800002046' },
    });
    expect(steps.map(({ kind, order }) => [kind, order])).toEqual([['accepted', 1]]);
    expect(state({ request, steps })).toMatchObject({
      ...{ phase: 'handling', handler: 'zhaoxue' },
      deadline: { dueOn: '2026-11-24' },
    });
  });

  it('without a paper waits for it, and its clock with it', () => {
    const incomplete = taken({ missing: ['一寸照片'] });
    expect(state(incomplete)).toMatchObject({
      phase: 'papers',
      missing: ['一寸照片'],
      deadline: { left: 3 },
    });
    const complete = done(incomplete, 'sunli', [{ kind: 'supplemented' }], { date: '2026-11-23' });
    expect(state(complete)).toMatchObject({
      phase: 'handling',
      missing: [],
      deadline: { dueOn: '2026-11-26' },
    });
  });

  it('is made of documents the app reads as what they are', () => {
    const { request, steps } = done(taken({ missing: ['身份证'], note: '急' }), 'zhaoxue', [DECIDED, TOLD]);
    expect(parseDocument('request', request).outcome).toBe('read');
    for (const step of steps) expect(parseDocument('request-step', step).outcome).toBe('read');
  });

  it('is not taken without a name or a matter, nor with a phone that is none', () => {
    expect(faultOf(typed())).toBeUndefined();
    expect(faultOf(typed({ phone: '' }))).toBeUndefined();
    expect(faultOf(typed({ name: ' ' }))).toBe('name');
    expect(faultOf(typed({ matter: '' }))).toBe('matter');
    expect(faultOf(typed({ phone: '1380000' }))).toBe('phone');
  });
});

describe('办结', () => {
  it('comes only with who was told, how and when', () => {
    const decided = done(taken(), 'zhaoxue', [DECIDED]);
    expect(state(decided).phase).toBe('toTell');
    expect(decided.request.status).toBe('open');
    const told = done(decided, 'sunli', [TOLD]);
    expect(state(told)).toMatchObject({ phase: 'closed', conclusion: 'approved', result: '证已办好' });
    expect(told.request).toMatchObject({ status: 'closed', firstAsked: 'zhaoxue' });
  });

  it('is not told before there is a result, nor of nobody', () => {
    expect(outcome(taken(), 'zhaoxue', [TOLD])).toBe('notNow');
    const nobody: NewStep = { kind: 'told', told: { how: 'phone', whom: ' ', at: author('x').now } };
    expect(outcome(taken(), 'zhaoxue', [DECIDED, nobody])).toBe('notNow');
    expect(outcome(taken(), 'zhaoxue', [{ ...DECIDED, text: ' ' }])).toBe('notNow');
  });

  it('is final: nothing is added, and what another tablet adds unknowing opens nothing', () => {
    const closed = done(taken(), 'zhaoxue', [DECIDED, TOLD]);
    expect(outcome(closed, 'zhaoxue', [{ kind: 'note', text: '又来了' }])).toBe('notNow');
    const elsewhere = done(taken(), 'sunli', [{ kind: 'supplementAsked', papers: ['户口簿'] }]);
    const both = { request: closed.request, steps: [...closed.steps, ...elsewhere.steps.slice(1)] };
    expect(state(both).phase).toBe('closed');
  });
});

describe('转办', () => {
  const handed = () => done(taken(), 'zhaoxue', [{ kind: 'handed', to: 'limin', text: '请上门看看' }]);

  it('changes who has it in hand once she takes it over, and never who was first asked', () => {
    expect(state(handed())).toMatchObject({ handler: 'zhaoxue', offered: 'limin' });
    const over = done(handed(), 'limin', [{ kind: 'taken' }], { isDesk: false });
    expect(state(over).handler).toBe('limin');
    expect(state(over).offered).toBeUndefined();
    expect(over.request.firstAsked).toBe('zhaoxue');
  });

  it('stays where it was when she gives it back, with a reason', () => {
    expect(outcome(handed(), 'limin', [{ kind: 'returned', text: '' }], false)).toBe('notNow');
    const back = done(handed(), 'limin', [{ kind: 'returned', text: '不在我的网格' }], { isDesk: false });
    expect(state(back)).toMatchObject({ handler: 'zhaoxue', phase: 'handling' });
  });

  it('is answered by whom it was handed to, and by nobody else', () => {
    expect(outcome(handed(), 'wangfang', [{ kind: 'taken' }], false)).toBe('notNow');
    expect(outcome(handed(), 'sunli', [{ kind: 'taken' }])).toBe('notNow');
    expect(outcome(taken(), 'limin', [{ kind: 'note', text: '看到了' }], false)).toBe('notNow');
  });
});

describe('steps of two tablets', () => {
  it('stand in one order everywhere, whatever the clocks said', () => {
    const first = done(taken(), 'zhaoxue', [{ kind: 'note', text: '一' }], { date: '2031-01-01' });
    const then = done(first, 'sunli', [{ kind: 'note', text: '二' }], { date: '2020-01-01' });
    const turned = [...then.steps].reverse();
    expect(inOrder(turned).map(({ text }) => text ?? '')).toEqual(['', '一', '二']);
  });

  it('that closed it in two places leave one state, whichever came first', () => {
    const begun = taken();
    const here = done(begun, 'zhaoxue', [DECIDED, TOLD]);
    const there = done(begun, 'sunli', [{ ...DECIDED, conclusion: 'refused' } as NewStep, TOLD]);
    const all = [...here.steps, ...there.steps.slice(begun.steps.length)];
    const one = requestState(here.request, all, days);
    expect(requestState(here.request, [...all].reverse(), days)).toEqual(one);
    expect(one.phase).toBe('closed');
  });
});

describe('a request two tablets changed', () => {
  const leaf = (n: number, body: ServiceRequest): MergeLeaf => ({
    ...{ rev: `2-${String(n)}`, path: [`2-${String(n)}`, '1-0'], deleted: false },
    body,
  });
  it('stays closed, whichever of them wins', () => {
    const { request } = taken();
    const closed: ServiceRequest = { ...request, status: 'closed', at: { status: 2 }, updatedBy: 'sunli' };
    const other: ServiceRequest = { ...request, note: '急', at: { note: 2 } };
    for (const leaves of [
      [leaf(1, closed), leaf(2, other)],
      [leaf(2, closed), leaf(1, other)],
    ]) {
      const merged = merge(leaves, () => 1);
      expect(merged).toMatchObject({ outcome: 'merged', body: { status: 'closed', note: '急' } });
    }
  });
  it('by an edit of it opened and closed at once is closed', () => {
    const { request } = taken();
    const closed: ServiceRequest = { ...request, status: 'closed', at: { status: 2 } };
    const opened: ServiceRequest = { ...request, status: 'open', at: { status: 2 } };
    for (const leaves of [
      [leaf(1, closed), leaf(2, opened)],
      [leaf(2, closed), leaf(1, opened)],
    ])
      expect(merge(leaves, () => 1)).toMatchObject({ body: { status: 'closed' } });
  });
});

describe('接待台', () => {
  const held = ({ request, steps }: Case) => ({ request, steps, waiting: new Set<string>() });
  const facts = (user: string, today: string) => ({ today, days, user, nameOf: (of: string) => of });
  const late = taken({ name: '马国' });
  const calm = {
    ...taken({ name: '阿里木江' }),
    request: { ...taken({ name: '阿里木江' }).request, workingDays: 45 },
  };
  const paused = taken({ name: '周强', missing: ['户口簿'] });
  const closed = done(taken({ name: '孙明' }), 'zhaoxue', [DECIDED, TOLD]);
  const handed = done(taken({ name: '高英' }), 'zhaoxue', [{ kind: 'handed', to: 'limin' }]);
  const all = [closed, paused, calm, handed, late].map(held);
  const view = (list: Parameters<typeof deskView>[1]['list'], typedText = '', user = 'zhaoxue') =>
    deskView(all, { list, typed: typedText, limit: 50 }, facts(user, '2026-11-26'));

  it('names the most pressing first, those that wait for papers last, none that is closed', () => {
    expect(view('all').rows.map(({ maskedName, light }) => [maskedName, light])).toEqual([
      ...[
        ['高*', 'late'],
        ['马*', 'late'],
        ['阿*木江', 'calm'],
        ['周*', 'paused'],
      ],
    ]);
  });

  it('counts what it lists', () => {
    expect(view('all').counts).toEqual({
      ...{ all: 4, mine: 4, toTell: 0, papers: 1, offered: 0, late: 2, due: 0, calm: 1 },
    });
    expect(view('all', '', 'limin').counts).toMatchObject({ mine: 0, offered: 1 });
    expect(view('offered', '', 'limin').rows).toHaveLength(1);
    expect(view('closed').rows.map(({ maskedName }) => maskedName)).toEqual(['孙*']);
  });

  it('is searched by number and by name, the closed ones too', () => {
    expect(view('all', '孙明').total).toBe(1);
    expect(view('all', '1119-02-01').total).toBe(5);
    expect(view('all', '1119-09').total).toBe(0);
  });

  it('tells the years whose holidays nobody has published', () => {
    expect(view('all').unknownYears).toEqual([2027]);
  });

  it('shows a request with its steps, its phone masked', () => {
    const page = requestView(held(handed), {
      ...facts('limin', '2026-11-20'),
      ...{ isDesk: false, papers: [], colleagues: [] },
    });
    expect(page).toMatchObject({
      maskedPhone: '138****2046',
      name: '高英',
      allowed: ['taken', 'returned', 'note'],
    });
    expect(page.steps.map(({ kind, by }) => [kind, by.user])).toEqual([
      ['accepted', 'zhaoxue'],
      ['handed', 'zhaoxue'],
    ]);
  });
});
