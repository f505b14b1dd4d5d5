import { describe, expect, it } from 'vitest';
import { deskView, type HeldRequest } from '#lib/domain/desk-rows.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import type { RequestStep } from '#lib/domain/request.ts';
import { beijingDate } from '#lib/domain/time.ts';
import calendars from '#lib/domain/working-days.json' with { type: 'json' };
import { workingDaysOf } from '#lib/domain/working-days.ts';
import { aCommunity } from './a-community.ts';
import { demoDesk } from './demo-desk.ts';

const COMMUNITY = '999999001001';
const grids = [{ code: `${COMMUNITY}001`, workers: ['limin'] }];
const deskOn = (today: string) => {
  const community = aCommunity({ seed: 'desk', today, households: 60, grids });
  return [...demoDesk(community, { seed: 'desk', today, community: COMMUNITY })];
};

describe('the desk of the demo', () => {
  it.each(['2026-11-22', '2026-11-23', '2026-10-09', '2026-01-05', '2026-03-02'])(
    'has on %s every light, one that is told and closed, one with a worker, one without a paper',
    (today) => {
      const scopes = deskOn(today);
      const documents = scopes.flatMap(([, held]) => held);
      for (const document of documents) expect(parseDocument(document.type, document).outcome).toBe('read');
      const held: HeldRequest[] = documents.flatMap((request) =>
        request.type === 'request'
          ? [
              {
                request,
                steps: documents.filter(
                  (one): one is RequestStep => one.type === 'request-step' && one.request === request._id,
                ),
                waiting: new Set<string>(),
              },
            ]
          : [],
      );
      const days = workingDaysOf(calendars);
      const facts = { today, days, user: 'zhaoxue', nameOf: (user: string) => user };
      const { counts } = deskView(held, { list: 'all', typed: '', limit: 50 }, facts);
      for (const count of [counts.late, counts.due, counts.calm]) expect(count).toBeGreaterThan(0);
      expect(counts).toMatchObject({ toTell: 1, papers: 1, all: 9 });
      expect(held.filter(({ request }) => request.status === 'closed')).toHaveLength(1);
      expect(new Set(held.map(({ request }) => request.number)).size).toBe(held.length);
      for (const { createdAt } of documents) expect(beijingDate(createdAt) < today).toBe(true);
      for (const [scope, written] of scopes)
        if (scope.startsWith('desk-'))
          for (const { createdAt, type } of written)
            if (type === 'request') expect(scope.slice(-4)).toBe(beijingDate(createdAt).slice(0, 4));
    },
  );

  it('is the same for the same seed and day', () => {
    expect(JSON.stringify(deskOn('2026-11-22'))).toBe(JSON.stringify(deskOn('2026-11-22')));
  });
});
