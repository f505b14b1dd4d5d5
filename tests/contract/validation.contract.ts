import { beforeAll, describe, expect, it } from 'vitest';
import { databaseUnderTest } from './database-under-test.ts';
import { replicated, rev } from './document.contract.ts';
import { makeDatabase, makeUser, type OpenServer } from './opened-server.ts';

/** Refuses what has no author; events only in their first generation; counts only upwards; and says who asks. */
const RULES = `function (newDoc, oldDoc, userCtx, secObj) {
  if (newDoc._deleted) { if (newDoc.keep || (oldDoc && oldDoc.keep)) throw({ forbidden: 'this one is kept' }); return; }
  if (newDoc.whoAmI) throw({ forbidden: userCtx.name + ' ' + isArray(userCtx.roles) + ' ' + secObj.note });
  if (newDoc.login) throw({ unauthorized: 'sign in first' });
  if (typeof newDoc.by !== 'string') throw({ forbidden: 'an author is missing' });
  if (newDoc.type === 'event' && oldDoc) throw({ forbidden: 'events are not edited' });
  if (newDoc.type === 'event' && newDoc._revisions && newDoc._revisions.start > 1) throw({ forbidden: 'events have one generation' });
  if (oldDoc && typeof oldDoc.n === 'number' && newDoc.n < oldDoc.n) throw({ forbidden: 'never less than ' + oldDoc.n });
  if (newDoc._attachments && !newDoc._attachments['ok.jpg']) throw({ forbidden: 'only ok.jpg' });
}`;

export function validationContract(open: OpenServer): void {
  describe('a validation function', () => {
    const under = databaseUnderTest(open, 'one');
    beforeAll(async () => {
      const security = { admins: { roles: [] }, members: { roles: ['grid:1'] }, note: 'a note' };
      await under.database.at('_security', { method: 'PUT', body: security });
      const design = { language: 'javascript', validate_doc_update: RULES };
      expect((await under.database.put('_design/rules', design)).status).toBe(201);
    });

    const refused = (reason: string) => ({ status: 403, json: { error: 'forbidden', reason } });

    it('has its say on a put, a post, a delete, administrators included', async () => {
      expect(await under.database.put('a', { v: 1 })).toMatchObject(refused('an author is missing'));
      expect(await under.database.post('', { v: 1 })).toMatchObject(refused('an author is missing'));
      const { json } = await under.database.put('a', { by: 'li', keep: true });
      expect(json.ok).toBe(true);
      expect(await under.database.at(`a?rev=${json.rev}`, { method: 'DELETE' })).toMatchObject(
        refused('this one is kept'),
      );
      expect((await under.database.get('a')).json._rev).toBe(json.rev);
    });

    it('sees the document before', async () => {
      const { json } = await under.database.put('counter', { by: 'li', n: 5 });
      expect(await under.database.put('counter', { _rev: json.rev, by: 'li', n: 4 })).toMatchObject(
        refused('never less than 5'),
      );
      expect((await under.database.put('counter', { _rev: json.rev, by: 'li', n: 6 })).status).toBe(201);
    });

    it('sees who asks and the security object', async () => {
      const member = await makeUser(under.server, ['grid:1']);
      const answer = await under.database.at('me', { method: 'PUT', as: member, body: { whoAmI: true } });
      expect(answer.json.reason).toBe(`${member.name} true a note`);
    });

    it('may ask for a sign-in', async () => {
      expect(await under.database.put('x', { login: true })).toMatchObject({
        status: 401,
        json: { error: 'unauthorized', reason: 'sign in first' },
      });
    });

    it('refuses rows of a batch one by one', async () => {
      const { status, json } = await under.database.bulk([
        { _id: 'b1', by: 'li' },
        { _id: 'b2' },
        { _id: 'b3', by: 'li' },
      ]);
      expect(status).toBe(201);
      expect(json).toEqual([
        { ok: true, id: 'b1', rev: expect.any(String) },
        { id: 'b2', error: 'forbidden', reason: 'an author is missing' },
        { ok: true, id: 'b3', rev: expect.any(String) },
      ]);
      expect((await under.database.get('b2')).status).toBe(404);
    });

    it('refuses rows of replication, and names their revision', async () => {
      const { json } = await under.database.bulk(
        [
          replicated('r1', [rev(1, 'a')], { by: 'li' }),
          replicated('r2', [rev(1, 'a')]),
          replicated('r3', [rev(2, 'b'), rev(1, 'a')], { by: 'li', type: 'event' }),
        ],
        false,
      );
      expect(json).toEqual([
        { id: 'r2', rev: rev(1, 'a'), error: 'forbidden', reason: 'an author is missing' },
        { id: 'r3', rev: rev(2, 'b'), error: 'forbidden', reason: 'events have one generation' },
      ]);
      expect((await under.database.get('r1')).status).toBe(200);
    });

    it('sees the nearest ancestor in replication', async () => {
      await under.database.bulk([replicated('chain', [rev(1, 'a')], { by: 'li', n: 3 })], false);
      const later = replicated('chain', [rev(3, 'c'), rev(2, 'b'), rev(1, 'a')], { by: 'li', n: 1 });
      expect((await under.database.bulk([later], false)).json).toMatchObject([
        { error: 'forbidden', reason: 'never less than 3' },
      ]);
    });

    it('has its say on attachments put by themselves', async () => {
      const { json } = await under.database.put('pic', { by: 'li' });
      const put = (name: string) =>
        under.database.at(`pic/${name}?rev=${json.rev}`, {
          method: 'PUT',
          body: 'x',
          headers: { 'content-type': 'image/jpeg' },
        });
      expect(await put('bad.jpg')).toMatchObject(refused('only ok.jpg'));
      expect((await put('ok.jpg')).status).toBe(201);
    });

    it('is not asked of design and _local documents', async () => {
      expect((await under.database.put('_design/other', { language: 'javascript' })).status).toBe(201);
      expect((await under.database.put('_local/any', { v: 1 })).status).toBe(201);
    });

    it('holds as soon as it is written and no longer than it is there', async () => {
      const other = await makeDatabase(under.server);
      const design = (text: string) => ({ language: 'javascript', validate_doc_update: text });
      const { json } = await other.put('_design/v', design(`function () { throw({ forbidden: 'never' }); }`));
      expect((await other.put('a', {})).status).toBe(403);
      const second = await other.put('_design/v', {
        _rev: json.rev,
        ...design(`function (d) { if (d.bad) throw({ forbidden: 'bad' }); }`),
      });
      expect((await other.put('a', {})).status).toBe(201);
      expect((await other.put('b', { bad: 1 })).status).toBe(403);
      await other.at(`_design/v?rev=${second.json.rev}`, { method: 'DELETE' });
      expect((await other.put('b', { bad: 1 })).status).toBe(201);
      await other.drop();
    });

    it('may be one of several, all of which must agree', async () => {
      const other = await makeDatabase(under.server);
      for (const field of ['a', 'b']) {
        const text = `function (d) { if (!d.${field}) throw({ forbidden: 'no ${field}' }); }`;
        await other.put(`_design/${field}`, { language: 'javascript', validate_doc_update: text });
      }
      expect((await other.put('x', { a: 1 })).json.reason).toBe('no b');
      expect((await other.put('x', { b: 1 })).json.reason).toBe('no a');
      expect((await other.put('x', { a: 1, b: 1 })).status).toBe(201);
      await other.drop();
    });

    it('may take modules from its design document', async () => {
      const other = await makeDatabase(under.server);
      const design = {
        language: 'javascript',
        lib: {
          words: `exports.limit = 3;`,
          rule: `var words = require('./words'); module.exports = function (t) { return t.length <= words.limit; };`,
        },
        validate_doc_update: `function (d) { if (!require('lib/rule')(d.t)) throw({ forbidden: 'too long' }); }`,
      };
      await other.put('_design/m', design);
      expect((await other.put('x', { t: 'abcd' })).json.reason).toBe('too long');
      expect((await other.put('x', { t: 'abc' })).status).toBe(201);
      await other.drop();
    });

    it('that fails lets nothing through', async () => {
      const other = await makeDatabase(under.server);
      await other.put('_design/f', {
        language: 'javascript',
        validate_doc_update: `function (d) { return d.no.such.thing; }`,
      });
      expect((await other.put('x', {})).status).toBeGreaterThanOrEqual(400);
      expect((await other.get('x')).status).toBe(404);
      await other.drop();
    });
  });
}
