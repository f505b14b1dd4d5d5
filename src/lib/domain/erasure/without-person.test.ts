import { describe, expect, it } from 'vitest';
import { withoutPerson, type Erasing } from './without-person.ts';
import { redactorOf } from './words-of-person.ts';

const words = { names: ['王桂兰'], numbers: ['999999195001010025', '13800001111'] };
const erasing: Erasing = {
  words,
  residents: new Set(['resident:W']),
  households: new Set(['household:A', 'household:B']),
  emptied: new Set(['household:B']),
  gone: new Set(['resident:W', 'membership:W', 'visit:gone', 'request:gone']),
  renamed: new Map([['visit:old', 'visit:new']]),
  hasNamesake: false,
  today: '2026-11-23',
};
const of = (body: Record<string, unknown>, more: Partial<Erasing> = {}) =>
  withoutPerson(body, { ...erasing, ...more });

describe('text without a person', () => {
  const redact = redactorOf(words);

  it('has neither her name nor her numbers, however they are written', () => {
    const said = '王桂兰（王 桂兰）手机138 0000-1111，１３８００００１１１１，证999999 19500101 0025';
    expect(redact(said)).toBe('〔已删除〕（〔已删除〕）手机〔已删除〕，〔已删除〕，证〔已删除〕');
  });

  it('keeps a longer number that has hers in it, and other people', () => {
    const said = '213800001111、王桂、桂兰芳、2026-11-23、3-2-501';
    expect(redact(said)).toBe(said);
  });

  it('with a letter at the end of the number, in either case', () => {
    const one = redactorOf({ names: [], numbers: ['11010519491231002X'] });
    expect(one('11010519491231002x')).toBe('〔已删除〕');
  });
});

describe('a document without a person', () => {
  it('goes where it is about her alone, or a part of what goes', () => {
    for (const body of [
      { _id: 'resident:W', type: 'resident' },
      { _id: 'membership:1', type: 'membership', resident: 'resident:W', household: 'household:A' },
      { _id: 'tag:1', type: 'tag', resident: 'resident:W', household: 'household:A' },
      { _id: 'task:1', type: 'task', household: 'household:B' },
      { _id: 'visit:1', type: 'visit', resident: 'resident:W', household: 'household:A' },
      { _id: 'visit:2', type: 'visit', household: 'household:B' },
      { _id: 'photo:1', type: 'photo', event: 'visit:gone' },
      { _id: 'request:1', type: 'request', applicant: { name: '王桂兰', resident: 'resident:W' } },
      { _id: 'request:2', type: 'request', applicant: { name: '王桂兰', phone: '13800001111' } },
      { _id: 'request-step:1', type: 'request-step', request: 'request:gone' },
      { _id: 'envelope:1', type: 'envelope', document: 'membership:W' },
    ])
      expect(of(body)).toEqual({ outcome: 'gone' });
  });

  it('keeps what is others’ where she stands among them', () => {
    const visit = {
      ...{ _id: 'visit:3', type: 'visit', household: 'household:A', createdBy: 'limin' },
      answers: {
        respondent: 'resident:W',
        changes: [
          { kind: 'moveOut', person: 'resident:W' },
          { kind: 'moveIn', name: '陈明' },
        ],
        remark: '王桂兰说陈明漏水',
      },
      changes: [
        { document: 'resident:W', field: 'phones', after: ['13800001111'] },
        { document: 'room:1', field: 'state', after: 'rented' },
      ],
      corrects: 'visit:old',
    };
    expect(of(visit)).toEqual({
      outcome: 'changed',
      body: {
        ...visit,
        answers: { changes: [{ kind: 'moveIn', name: '陈明' }], remark: '〔已删除〕说陈明漏水' },
        changes: [{ document: 'room:1', field: 'state', after: 'rented' }],
        corrects: 'visit:new',
      },
    });
  });

  it('takes her out of a household’s head, notes, stamps and clashes, and closes one that is left empty', () => {
    const household = {
      ...{ _id: 'household:A', type: 'household', head: 'resident:W', notes: ['王桂兰耳背', '有狗'] },
      at: { 'notes/"王桂兰耳背"': 3, head: 2 },
      seen: { 'notes/"王桂兰耳背"': { by: 'limin', at: '2026-11-22T01:00:00Z' } },
      clashes: [{ field: 'head', value: 'resident:W', by: 'limin' }],
    };
    expect(of(household)).toMatchObject({
      outcome: 'changed',
      body: { notes: ['〔已删除〕耳背', '有狗'], at: { head: 2 }, seen: {}, clashes: [] },
    });
    const left = of({ ...household, _id: 'household:B', number: '12', kind: 'family' });
    expect(left).toEqual({
      outcome: 'changed',
      body: {
        ...{ _id: 'household:B', type: 'household', kind: 'family' },
        ...{ closedOn: '2026-11-23', closedReason: 'erased' },
      },
    });
  });

  it('leaves somebody else’s own name and shared phone alone, but not what is said of her on his card', () => {
    const son = { _id: 'resident:S', type: 'resident', name: '陈明', phones: ['13800001111'] };
    expect(of(son)).toEqual({ outcome: 'same', doubtful: false });
    expect(of({ ...son, employer: '照顾王桂兰' })).toMatchObject({ body: { employer: '照顾〔已删除〕' } });
  });

  it('takes a name that two people have for hers only where she lived, and says where it is in doubt', () => {
    const task = { _id: 'task:2', type: 'task', household: 'household:C', note: '问王桂兰' };
    const shared = { hasNamesake: true };
    expect(of(task, shared)).toEqual({ outcome: 'same', doubtful: true });
    expect(of({ ...task, household: 'household:A' }, shared)).toMatchObject({ outcome: 'changed' });
    expect(of({ ...task, note: '打13800001111' }, shared)).toMatchObject({ outcome: 'changed' });
  });
});
