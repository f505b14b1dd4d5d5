import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { signOutAtServer } from '#lib/device/ask-session.ts';
import { boundSession } from '#lib/device/bound-session.ts';
import { realClock as clock } from '#lib/device/real-clock.ts';
import { currentSession, serverAnswers, signInAtServer } from '#lib/device/server-session.ts';
import { type DocumentBody } from '#lib/protocol/document.ts';
import { type Remote, type RemoteAnswer, type RevisionedDocument } from '#lib/protocol/remote.ts';
import { nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import { httpRemote } from '#lib/sync/http-remote.ts';
import { fetchPhoto } from '#lib/sync/photo-fetch.ts';
import { rev } from './document.contract.ts';
import {
  makeDatabase,
  makeUser,
  type Credentials,
  type OpenedServer,
  type OpenServer,
  type TestDatabase,
} from './opened-server.ts';

/** A browser's fetch as far as a session needs it: it keeps the server's cookies and sends them back. */
function cookieFetch() {
  const jar = new Map<string, string>();
  const asked: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(input, { ...init, headers });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      jar.set(name, value);
    }
    return response;
  };
  return asked;
}

function answered<T>(answer: RemoteAnswer<T>): T {
  if (answer.outcome !== 'answered') throw new Error(`a fault: ${JSON.stringify(answer)}`);
  return answer.value;
}

/** A document as a device makes it: its revision is what its body says, upon the path it stands on. */
function revisioned(id: string, body: DocumentBody, path: readonly string[] = []): RevisionedDocument {
  const made = nextRevision(path[0], body);
  return { ...body, _id: id, _rev: made, _revisions: toRevisionPath([made, ...path]) };
}

/** What a tablet asks of a server, by the very code that asks it, and what it relies on in the answers. */
export function deviceCallsContract(open: OpenServer): void {
  describe('a tablet', () => {
    let server: OpenedServer;
    let worker: Credentials;
    let database: TestDatabase;
    let browser: typeof fetch;
    let remote: Remote;
    const remoteAt = (url: string, ask: typeof fetch = browser): Remote =>
      httpRemote({ url, fetch: (address, init) => ask(address, init), clock, timeoutMs: 20_000 });
    const session = () => ({ fetch: browser, database: server.url });

    beforeAll(async () => {
      server = await open();
      worker = await makeUser(server, ['grid:1']);
      browser = cookieFetch();
      expect(
        (await signInAtServer(session(), { user: worker.name, password: worker.password })).outcome,
      ).toBe('accepted');
    });
    beforeEach(async () => {
      if (database) await database.drop();
      database = await makeDatabase(server);
      await database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:1'] } } });
      remote = remoteAt(database.url);
    });
    afterAll(async () => {
      await database.drop();
      await server.close();
    });

    it('signs in, is known, and signs out', async () => {
      const own = { ...session(), fetch: cookieFetch() };
      expect(await serverAnswers(own)).toBe(true);
      expect(await currentSession(own)).toMatchObject({ outcome: 'answered', user: null, roles: [] });
      expect((await signInAtServer(own, { user: worker.name, password: 'wrong' })).outcome).toBe(
        'wrongPassword',
      );
      expect(await signInAtServer(own, { user: worker.name, password: worker.password })).toEqual({
        outcome: 'accepted',
        user: worker.name,
        roles: ['grid:1'],
      });
      expect(await currentSession(own)).toMatchObject({ user: worker.name, roles: ['grid:1'] });
      expect(await signOutAtServer(own)).toBe(true);
      expect(await currentSession(own)).toMatchObject({ user: null });
    });

    it('signs in with a key, and says it with every call, wherever the server keeps its sessions', async () => {
      const ids = { randomBytes: (length: number) => new Uint8Array(randomBytes(length)) };
      const own = boundSession({ ...session(), fetch: cookieFetch() }, ids);
      const key = own.newKey();
      const { name: user, password } = worker;
      expect((await signInAtServer(own, { user, password, key })).outcome).toBe('accepted');
      own.key = key;
      expect(await currentSession(own)).toMatchObject({ user: worker.name, roles: ['grid:1'] });
      answered(await remoteAt(database.url, own.fetch).changes({ since: 0, limit: 1 }));
    });

    it('is told apart what ails a whole request', async () => {
      expect(await remoteAt(database.url, fetch).changes({ since: 0, limit: 1 })).toMatchObject({
        outcome: 'fault',
        kind: 'sign-in',
        status: 401,
      });
      expect(await remoteAt(`${server.url}/grid-999999`).revsDiff({ a: [rev(1, 'a')] })).toMatchObject({
        outcome: 'fault',
        kind: 'missing',
        status: 404,
      });
      await database.at('_security', { method: 'PUT', body: { members: { roles: ['grid:2'] } } });
      for (const ask of [
        () => remote.changes({ since: 0, limit: 1 }),
        () => remote.bulkDocs([revisioned('a', { type: 'visit' })]),
        () => remote.getLocal('replica'),
      ]) {
        expect(await ask()).toMatchObject({ outcome: 'fault', kind: 'forbidden', status: 403 });
      }
    });

    it('sends a revision as often as it likes, and it is there once, as it was first sent', async () => {
      const document = revisioned('visit:1', { type: 'visit', 说: '敲门', nested: { b: 1, a: [null, 1.5] } });
      expect(answered(await remote.bulkDocs([document]))).toEqual([]);
      expect(answered(await remote.bulkDocs([document]))).toEqual([]);
      expect(answered(await remote.bulkDocs([{ ...document, type: 'torn' }]))).toEqual([]);
      expect(answered(await remote.revsDiff({ 'visit:1': [document._rev] }))).toEqual({});
      const { results } = answered(await remote.changes({ since: 0, limit: 10 }));
      const { _revisions: _path, ...sent } = document;
      expect(results).toMatchObject([{ id: 'visit:1', changes: [{ rev: document._rev }] }]);
      expect(results[0]?.doc).toEqual(sent);
    });

    it('has a whole path confirmed by its newest revision, and no other', async () => {
      const first = revisioned('house', { v: 1 });
      const third = revisioned('house', { v: 3 }, [nextRevision(first._rev, { v: 2 }), first._rev]);
      expect(answered(await remote.bulkDocs([third]))).toEqual([]);
      const later = nextRevision(third._rev, { v: 4 });
      expect(answered(await remote.revsDiff({ house: [third._rev, later], other: [first._rev] }))).toEqual({
        house: { missing: [later], possible_ancestors: [third._rev] },
        other: { missing: [first._rev] },
      });
    });

    it('has its good documents stored beside a bad one, which has a row of its own', async () => {
      const rule = `function (d) { if (d.bad) throw({ forbidden: 'bad' }); if (d.who) throw({ unauthorized: 'who' }); }`;
      await database.put('_design/v', { language: 'javascript', validate_doc_update: rule });
      const documents = [{ v: 1 }, { bad: true }, { v: 2 }, { who: true }].map((body, at) =>
        revisioned(`d${at}`, body),
      );
      const rows = answered(await remote.bulkDocs(documents));
      expect(rows).toHaveLength(2);
      expect(rows).toEqual(
        expect.arrayContaining([
          expect.objectContaining({ id: 'd1', error: 'forbidden', reason: 'bad' }),
          expect.objectContaining({ id: 'd3', error: 'unauthorized' }),
        ]),
      );
      const asked = Object.fromEntries(documents.map(({ _id, _rev }) => [_id, [_rev]]));
      expect(Object.keys(answered(await remote.revsDiff(asked))).sort()).toEqual(['d1', 'd3']);
    });

    it('has a batch refused whole for one bad id, and nothing of it stored', async () => {
      const bad = [revisioned('fine', { v: 1 }), revisioned('_odd', { v: 1 })];
      expect(await remote.bulkDocs(bad)).toMatchObject({ outcome: 'fault', kind: 'too-large', status: 400 });
      expect(answered(await remote.changes({ since: 0, limit: 10 })).results).toEqual([]);
    });

    it('pulls page by page, from a sequence given back as it came, and again the same', async () => {
      await remote.bulkDocs(Array.from({ length: 25 }, (_, at) => revisioned(`d${at}`, { at })));
      const seen: string[] = [];
      let since: unknown = 0;
      for (let page = 0; page < 5; page++) {
        const asked = { since: since as string, limit: 10 };
        const { results, last_seq: last } = answered(await remote.changes(asked));
        const again = answered(await remote.changes(asked));
        expect(again.results.map(({ id }) => id)).toEqual(results.map(({ id }) => id));
        seen.push(...results.map(({ id }) => id));
        since = last;
        if (results.length < 10) break;
      }
      expect(new Set(seen).size).toBe(25);
      expect(seen).toHaveLength(25);
      const { json } = await database.put('late', {});
      const news = answered(await remote.changes({ since: since as string, limit: 10 }));
      expect(news.results).toMatchObject([
        { id: 'late', changes: [{ rev: json.rev }], doc: { _id: 'late' } },
      ]);
    });

    it('sees every leaf of a conflict, a tombstone among them, and fetches those that lose', async () => {
      const root = revisioned('torn', { v: 0 });
      const leaves = ['a', 'b', 'c'].map((by) =>
        revisioned('torn', { by, ...(by === 'c' ? { _deleted: true } : {}) }, [root._rev]),
      );
      expect(answered(await remote.bulkDocs(leaves))).toEqual([]);
      const { results } = answered(await remote.changes({ since: 0, limit: 10 }));
      const all = leaves.map(({ _rev }) => _rev);
      expect(results[0]?.changes.map((change) => change.rev).sort()).toEqual([...all].sort());
      const live = leaves.slice(0, 2).map(({ _rev }) => _rev);
      const winner = results[0]?.doc?._rev ?? '';
      expect(live).toContain(winner);
      expect(results[0]?.doc?._conflicts).toEqual(live.filter((one) => one !== winner));
      const wanted = all.filter((one) => one !== winner).map((one) => ({ id: 'torn', rev: one }));
      const got = answered(await remote.bulkGet([...wanted, { id: 'torn', rev: rev(9, '9') }])).results;
      expect(got.map(({ docs }) => docs[0]?.ok?._rev)).toEqual([...wanted.map((one) => one.rev), undefined]);
      expect(got[0]?.docs[0]?.ok?._revisions).toEqual(toRevisionPath([wanted[0]?.rev ?? '', root._rev]));
      expect(got[2]?.docs[0]?.error).toMatchObject({ error: 'not_found' });
    });

    it('is told of deletions with what the tombstone says', async () => {
      const first = revisioned('moved', { v: 1 });
      const tomb = revisioned('moved', { _deleted: true, mergedInto: 'other' }, [first._rev]);
      await remote.bulkDocs([first]);
      await remote.bulkDocs([tomb]);
      const { results } = answered(await remote.changes({ since: 0, limit: 10 }));
      expect(results).toMatchObject([
        { id: 'moved', deleted: true, doc: { _deleted: true, _rev: tomb._rev, mergedInto: 'other' } },
      ]);
      expect(answered(await remote.revsDiff({ moved: [tomb._rev] }))).toEqual({});
    });

    it('waits for news, and no longer than it said', { timeout: 55_000 }, async () => {
      const { last_seq: since } = answered(await remote.changes({ since: 0, limit: 1 }));
      expect(answered(await remote.changes({ since, limit: 10, waitMs: 400 })).results).toEqual([]);
      const waiting = remote.changes({ since, limit: 10, waitMs: 15_000 });
      await new Promise((resolve) => setTimeout(resolve, 300));
      await database.put('news', { v: 1 });
      expect(answered(await waiting).results).toMatchObject([{ id: 'news', doc: { v: 1 } }]);
    });

    it('gives up waiting when it wants to, which is no answer', async () => {
      const stop = new AbortController();
      const waiting = remote.changes({ since: 0, limit: 10, waitMs: 15_000, signal: stop.signal });
      setTimeout(() => stop.abort(), 200);
      expect(await waiting).toMatchObject({ outcome: 'fault', kind: 'unreachable' });
    });

    it('hears nothing new from a server that was set back, which is why it keeps a mark there', async () => {
      await remote.bulkDocs([revisioned('a', { v: 1 })]);
      const { last_seq: last } = answered(await remote.changes({ since: 0, limit: 10 }));
      const future = String(last).replace(/^\d+/, '999999');
      if (!server.isCluster) {
        expect(answered(await remote.changes({ since: future, limit: 10 })).results).toEqual([]);
      }
      expect(answered(await remote.getLocal('replica-1'))).toBeUndefined();
      const mark = { since: String(last), nonce: 'n1' };
      const { rev: first } = answered(await remote.putLocal('replica-1', mark));
      expect(answered(await remote.getLocal('replica-1'))).toMatchObject({ ...mark, _rev: first });
      const next = answered(await remote.putLocal('replica-1', { ...mark, nonce: 'n2', _rev: first }));
      expect(answered(await remote.getLocal('replica-1'))).toMatchObject({ nonce: 'n2', _rev: next.rev });
      expect(answered(await remote.changes({ since: last, limit: 10 })).results).toEqual([]);
    });

    it('lists what the server holds, page by page, and looks some up', async () => {
      const documents = ['a', 'b', 'c', 'd', 'z'].map((id) => revisioned(id, { id }));
      const gone = revisioned('bb', { _deleted: true });
      await remote.bulkDocs([...documents, gone]);
      const first = answered(await remote.allDocs({ limit: 3 })).rows;
      const rest = answered(await remote.allDocs({ from: first.at(-1)?.id ?? '', limit: 3 })).rows;
      expect([...first, ...rest.slice(1)].map(({ id, value }) => [id, value?.rev])).toEqual(
        documents.map(({ _id, _rev }) => [_id, _rev]),
      );
      await remote.bulkDocs([revisioned('c', { id: 'other' })]);
      const keys = ['c', 'bb', 'nowhere', 'a'];
      const { rows } = answered(await remote.allDocs({ keys }));
      expect(rows).toHaveLength(4);
      expect(rows[0]?.doc?._conflicts).toHaveLength(1);
      expect(rows[1]).toMatchObject({ id: 'bb', value: { rev: gone._rev, deleted: true } });
      expect(rows[1]?.doc ?? null).toBeNull();
      expect(rows[2]).toMatchObject({ error: 'not_found' });
      expect(rows[3]?.doc).toMatchObject({ _id: 'a', _rev: documents[0]?._rev });
    });

    it('sends a photo with its document, has its digest named, and fetches the same bytes', async () => {
      const bytes = new Uint8Array(Array.from({ length: 200_000 }, (_, at) => (at * 7) % 256));
      const digest = `md5-${createHash('md5').update(bytes).digest('base64')}`;
      const about = { content_type: 'image/jpeg', revpos: 1, digest };
      const stub = { ...about, length: bytes.length, stub: true };
      const made = nextRevision(undefined, { type: 'photo', _attachments: { photo: stub } });
      const data = Buffer.from(bytes).toString('base64');
      const document: RevisionedDocument = {
        type: 'photo',
        _id: 'photo:1',
        _rev: made,
        _revisions: toRevisionPath([made]),
        _attachments: { photo: { ...about, data } },
      };
      expect(answered(await remote.bulkDocs([document]))).toEqual([]);
      const [got] = answered(await remote.bulkGet([{ id: 'photo:1', rev: made }])).results;
      expect(got?.docs[0]?.ok?._attachments?.photo).toMatchObject({ digest, revpos: 1, stub: true });
      const fetching = { url: database.url, fetch: browser, clock };
      const asked = { id: 'photo:1', name: 'photo', digest };
      const fetched = await fetchPhoto(fetching, asked);
      expect(fetched.outcome === 'fetched' && Buffer.from(bytes).equals(fetched.bytes)).toBe(true);
      expect(await fetchPhoto(fetching, { ...asked, id: 'photo:2' })).toEqual({ outcome: 'notThere' });
      const stranger = { ...fetching, fetch };
      expect((await fetchPhoto(stranger, asked)).outcome).not.toBe('fetched');
    });

    it('keeps no answer in the browser’s cache', async () => {
      if (server.isCluster) return;
      for (const path of ['_changes', '_all_docs', '_local/none', 'none']) {
        const { headers } = await database.get(path);
        expect(headers.get('cache-control')).toBe('no-store');
      }
    });
  });
}
