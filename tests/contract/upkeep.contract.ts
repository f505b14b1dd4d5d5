import { describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { ask, eventually, makeUser, type OpenServer } from './opened-server.ts';

export function upkeepContract(open: OpenServer): void {
  describe('the upkeep of a database', () => {
    const under = databaseUnderTest(open, 'anew');

    const compact = async () => {
      const { status, json } = await under.database.post('_compact', {});
      expect({ status, json }).toEqual({ status: 202, json: { ok: true } });
      const over = ({ json: info }: { json: { compact_running: boolean } }) => !info.compact_running;
      expect(over(await eventually(() => under.database.get(''), over))).toBe(true);
    };

    it('takes away the bodies of old revisions, and leaves the leaves', async () => {
      const one = (await under.database.put('a', { v: 'first' })).json.rev;
      const two = (await under.database.put('a', { _rev: one, v: 'second' })).json.rev;
      const branches = [
        replicated('torn', [rev(2, 'a'), rev(1, 'a')], { by: 'a' }),
        replicated('torn', [rev(2, 'b'), rev(1, 'a')], { by: 'b' }),
      ];
      await under.database.bulk(branches, false);
      const gone = (await under.database.put('gone', { v: 1 })).json.rev;
      const tomb = (await under.database.at(`gone?rev=${gone}`, { method: 'DELETE' })).json.rev;
      const before = (await under.database.get('_changes?style=all_docs')).json.results;
      expect((await under.database.get(`a?rev=${one}`)).json.v).toBe('first');
      await compact();
      expect((await under.database.get(`a?rev=${one}`)).status).toBe(404);
      expect((await under.database.get('a?revs=true&revs_info=true')).json).toMatchObject({
        v: 'second',
        _revisions: { start: 2, ids: [two.slice(2), one.slice(2)] },
        _revs_info: [
          { rev: two, status: 'available' },
          { rev: one, status: 'missing' },
        ],
      });
      for (const by of ['a', 'b'])
        expect((await under.database.get(`torn?rev=${rev(2, by)}`)).json.by).toBe(by);
      expect((await under.database.get(`gone?rev=${tomb}`)).json._deleted).toBe(true);
      expect((await under.database.get('_changes?style=all_docs')).json.results).toEqual(before);
      expect((await under.database.post('_revs_diff', { a: [one, two] })).json).toEqual({});
      const third = await under.database.put('a', { _rev: two, v: 'third' });
      expect(third.json.rev).toMatch(/^3-/);
    });

    it('keeps the attachments of what is left, and nobody else’s', async () => {
      const kept = { content_type: 'image/jpeg', data: Buffer.from('kept').toString('base64') };
      const lost = { content_type: 'image/jpeg', data: Buffer.from('lost').toString('base64') };
      const one = (await under.database.put('p', { _attachments: { kept, lost } })).json.rev;
      const stub = { stub: true, content_type: 'image/jpeg' };
      await under.database.put('p', { _rev: one, _attachments: { kept: stub } });
      await compact();
      expect((await under.database.get('p/kept')).json).toBe('kept');
      expect((await under.database.get(`p/lost?rev=${one}`)).status).toBe(404);
      expect((await under.database.put('q', { _attachments: { again: lost } })).status).toBe(201);
      expect((await under.database.get('q/again')).json).toBe('lost');
    });

    it('is for administrators, and by POST of JSON', async () => {
      const member = await makeUser(under.server, ['grid:1']);
      await under.database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      for (const path of ['_compact', '_view_cleanup']) {
        expect(await ask(`${under.database.url}/${path}`, { as: member, body: {} })).toMatchObject({
          status: 401,
          json: { error: 'unauthorized', reason: 'You are not a server or db admin.' },
        });
      }
      expect((await under.database.at('_compact', { method: 'POST' })).status).toBe(415);
      expect((await under.database.get('_compact')).status).toBe(405);
      expect(await under.database.post('_view_cleanup', {})).toMatchObject({
        status: 202,
        json: { ok: true },
      });
    });

    it('limits how many generations are remembered', async () => {
      expect((await under.database.get('_revs_limit')).json).toBe(1000);
      const set = await under.database.at('_revs_limit', { method: 'PUT', body: '3' });
      expect(set).toMatchObject({ status: 200, json: { ok: true } });
      expect((await under.database.get('_revs_limit')).json).toBe(3);
      expect(
        (await under.database.at('_revs_limit', { method: 'PUT', body: '0' })).status,
      ).toBeGreaterThanOrEqual(400);
      const member = await makeUser(under.server, ['grid:1']);
      await under.database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      const refused = await ask(`${under.database.url}/_revs_limit`, {
        method: 'PUT',
        as: member,
        body: '5',
      });
      expect([401, 403]).toContain(refused.status);
      if (under.server.hasFixedRevsLimit) return;
      let newest: string | undefined;
      for (let v = 0; v < 6; v++) {
        const sent = newest === undefined ? { v } : { v, _rev: newest };
        newest = (await under.database.put('long', sent)).json.rev;
      }
      const { _revisions: revisions } = (await under.database.get('long?revs=true')).json;
      expect(revisions).toMatchObject({ start: 6, ids: { length: 3 } });
    });
  });
}
