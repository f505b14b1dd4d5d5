import { describe, expect, it } from 'vitest';
import { aDocument, TODAY } from '#tests/fixtures/one-building.ts';
import { lastAnswers, type LastAnswersInput } from './last-answers.ts';
import { addDays } from './time.ts';
import type { Answers, Visit } from './visit.ts';

function visit(id: string, on: string, answers: Answers, fields: Partial<Visit> = {}): Visit {
  return aDocument(`visit:${id}`, {
    ...{
      form: 'f2',
      formVersion: '1',
      household: 'household:501',
      room: 'room:501',
      resident: 'resident:wang',
    },
    ...{ result: 'met', occurredAt: `${on}T02:00:00.000Z`, occurredOn: on, startedAt: `${on}T02:00:00.000Z` },
    ...{ endedAt: `${on}T02:05:00.000Z`, answers, changes: [], ...fields },
  }) as unknown as Visit;
}

const known = (visits: Visit[], more: Partial<LastAnswersInput> = {}) =>
  lastAnswers({
    form: 'f2',
    resident: 'resident:wang',
    visits,
    room: { state: 'owner' },
    today: TODAY,
    ...more,
  });

const WELL: Answers = { living: 'alone', mobility: 'free', meals: 'self', meds: true, contactOk: true };

describe('answers that still stand', () => {
  it('are the lasting facts of the last visit, not what was seen that day', () => {
    expect(
      known([visit('a', '2026-11-15', { ...WELL, utilities: 'normal', needs: ['meals'] })]).standing,
    ).toEqual(WELL);
  });

  it.each([
    [0, true],
    [181, true],
    [182, false],
    [400, false],
  ])('after %i days: %s', (days, stands) => {
    const { standing } = known([visit('a', addDays(TODAY, -days), WELL)]);
    expect(standing).toEqual(stands ? WELL : {});
  });

  it('are taken each from the newest visit that had it', () => {
    const visits = [
      visit('old', '2026-10-01', { living: 'emptyNest', mobility: 'free' }),
      visit('new', '2026-11-01', { living: 'alone' }),
    ];
    expect(known(visits).standing).toEqual({ living: 'alone', mobility: 'free' });
    expect(known(visits.toReversed()).standing).toEqual({ living: 'alone', mobility: 'free' });
  });

  it.each<[string, Answers]>([
    ['缺餐', { meals: 'short' }],
    ['medicine not taken', { meds: false }],
    ['a contact that cannot be reached', { contactOk: false }],
  ])('do not cover up what calls for somebody to act: %s', (_, answers) => {
    const visits = [visit('before', '2026-10-01', WELL), visit('now', '2026-11-15', { ...WELL, ...answers })];
    const [key] = Object.keys(answers);
    expect(known(visits).standing).not.toHaveProperty(key ?? '');
    expect(known(visits).standing.living).toBe('alone');
  });

  it('are not another resident’s, another form’s, nor those of a visit that was corrected or is still to come', () => {
    const visits = [
      visit('other', '2026-11-15', WELL, { resident: 'resident:zhao' }),
      visit('f1', '2026-11-15', WELL, { form: 'f1' }),
      visit('wrong', '2026-11-14', { living: 'other' }),
      visit('right', '2026-11-14', { living: 'alone' }, { corrects: 'visit:wrong' }),
      visit('ahead', addDays(TODAY, 1), { living: 'withChildren' }),
    ];
    expect(known(visits).standing).toEqual({ living: 'alone' });
  });

  it('have the state of a room only where the roster still says the same', () => {
    const visits = [visit('a', '2026-11-01', { roomState: 'rented', phoneOk: true }, { form: 'f1' })];
    const f1 = (state: 'rented' | 'owner') => known(visits, { form: 'f1', room: { state } }).standing;
    expect(f1('rented')).toEqual({ roomState: 'rented', phoneOk: true });
    expect(f1('owner')).toEqual({ phoneOk: true });
  });

  it('are none where nobody was there before', () => {
    expect(known([])).toEqual({ standing: {} });
  });

  it('come with the last visit of this form, whatever came of it', () => {
    const visits = [
      visit('met', '2026-11-01', WELL),
      visit('nobody', '2026-11-20', { knock: 'noAnswer' }, { result: 'nobody' }),
    ];
    expect(known(visits).last).toEqual({
      visit: 'visit:nobody',
      on: '2026-11-20',
      answers: { knock: 'noAnswer' },
    });
    expect(known(visits).standing).toEqual(WELL);
  });
});
