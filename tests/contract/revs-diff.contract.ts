import { beforeAll, describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { type OpenServer } from './opened-server.ts';

export function revsDiffContract(open: OpenServer): void {
  describe('asking which revisions are missing', () => {
    const under = databaseUnderTest(open, 'one');
    beforeAll(async () => {
      await under.database.bulk([replicated('a', [rev(3, 'c'), rev(2, 'b'), rev(1, 'a')])], false);
    });

    const diff = async (asked: object) => (await under.database.post('_revs_diff', asked)).json;

    it('answers nothing for what is there, ancestors whose body never came included', async () => {
      expect(await diff({ a: [rev(3, 'c')] })).toEqual({});
      expect(await diff({ a: [rev(1, 'a'), rev(2, 'b')] })).toEqual({});
      expect(await diff({})).toEqual({});
    });

    it('names what is missing and what it may stand on', async () => {
      expect(await diff({ a: [rev(4, 'd'), rev(3, 'c')], b: [rev(1, 'e')] })).toEqual({
        a: { missing: [rev(4, 'd')], possible_ancestors: [rev(3, 'c')] },
        b: { missing: [rev(1, 'e')] },
      });
      expect(await diff({ a: [rev(1, '0')] })).toEqual({ a: { missing: [rev(1, '0')] } });
    });

    it('answers a thousand documents at once', async () => {
      const asked = Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`many${at}`, [rev(1, 'a')]]));
      expect(Object.keys(await diff({ ...asked, a: [rev(3, 'c')] }))).toHaveLength(1000);
    });

    it('refuses revisions that are none', async () => {
      expect((await under.database.post('_revs_diff', { a: ['nonsense'] })).status).toBe(400);
      expect((await under.database.post('_revs_diff', { a: '1-x' })).status).toBeGreaterThanOrEqual(400);
    });

    it('knows the older name of the question', async () => {
      const { json } = await under.database.post('_missing_revs', { a: [rev(3, 'c'), rev(9, '9')] });
      expect(json).toEqual({ missing_revs: { a: [rev(9, '9')] } });
    });
  });
}
