// Tablets in front of people: an order against one holds from its next request on, whoever is signed in; what it may ask
// without a session; and what is written down of its use.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TABLETS } from '#lib/domain/tablet-card.ts';
import { newTabletId, TABLET_HEADER, tabletCardId } from '#lib/domain/tablet-name.ts';
import { ask, makeUser, type Credentials, type OpenedServer, type OpenServer } from './opened-server.ts';

const NONCE = 'ab'.repeat(16);
const order = (more = {}) => ({
  ...{ what: 'wipe', nonce: NONCE, at: '2026-11-23T02:00:00.000Z', by: 'admin', reason: 'left on a bus' },
  ...more,
});

/** Below the second after which it must hold behind a gateway. */
async function soon<T>(ask: () => Promise<T>, holds: (answer: T) => boolean): Promise<T> {
  const giveUpAt = Date.now() + 1000;
  for (;;) {
    const answer = await ask();
    if (holds(answer) || Date.now() > giveUpAt) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export function devicesContract(open: OpenServer): void {
  describe('tablets', () => {
    let server: OpenedServer;
    let li: Credentials;
    let tablet: string;
    beforeAll(async () => {
      server = await open();
      await ask(`${server.url}/${TABLETS}`, { method: 'PUT', as: server.admin });
      await ask(`${server.url}/open`, { method: 'PUT', as: server.admin });
      const members = { names: [], roles: ['staff'] };
      const security = { admins: { names: [], roles: ['_admin'] }, members };
      await ask(`${server.url}/open/_security`, { method: 'PUT', as: server.admin, body: security });
      li = await makeUser(server, ['staff']);
    });
    beforeEach(() => (tablet = newTabletId(crypto.getRandomValues(new Uint8Array(12)))));
    afterAll(() => server.close());

    const by = (named = tablet) => ({ [TABLET_HEADER]: named });
    const cardUrl = () => `${server.url}/${TABLETS}/${encodeURIComponent(tabletCardId(tablet))}`;
    const card = async () => (await ask(cardUrl(), { as: server.admin })).json;
    const asLi = (method = 'GET') => ask(`${server.url}/open`, { method, as: li, headers: by() });
    const used = async () => {
      await asLi();
      return soon(card, ({ people }) => people !== undefined);
    };
    const lose = async () =>
      ask(cardUrl(), { method: 'PUT', as: server.admin, body: { ...(await used()), order: order() } });

    it('are written down with who used them, once a day and not at every request', async () => {
      const first = await used();
      const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
      expect(first.people).toEqual({ [li.name]: { since: today, last: today } });
      for (let n = 0; n < 5; n++) await asLi();
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect((await card())._rev).toBe(first._rev);
      expect(first._rev).toMatch(/^1-/);
    });

    it('that are lost are refused with their next request, in whoever’s name, and lose their session', async () => {
      await lose();
      const refused = await soon(asLi, ({ status }) => status === 410);
      expect(refused).toMatchObject({
        status: 410,
        json: { error: 'tablet_lost', reason: expect.any(String), device: tablet, order: NONCE },
      });
      expect(refused.headers.get('set-cookie')).toMatch(/^AuthSession=;.*Max-Age=0/);
      const signIn = { method: 'POST', headers: by(), body: { name: li.name, password: li.password } };
      expect((await ask(`${server.url}/_session`, signIn)).status).toBe(410);
      expect((await ask(`${server.url}/_up`, { headers: by() })).status).toBe(410);
      expect((await ask(`${server.url}/_tablet`, { headers: by() })).status).toBe(410);
      // She herself is not, elsewhere.
      expect((await ask(`${server.url}/open`, { as: li })).status).toBe(200);
    });

    it('that are found again are answered as before', async () => {
      await lose();
      await soon(asLi, ({ status }) => status === 410);
      const found = { ...(await card()), order: order({ withdrawnAt: '2026-11-23T03:00:00.000Z' }) };
      await ask(cardUrl(), { method: 'PUT', as: server.admin, body: found });
      expect((await soon(asLi, ({ status }) => status === 200)).status).toBe(200);
    });

    it('report that they are wiped, without a session, under the nonce of the order alone', async () => {
      await lose();
      const report = (wiped: unknown) =>
        ask(`${server.url}/_tablet`, { method: 'POST', headers: by(), body: { wiped } });
      expect(await report('00'.repeat(16))).toMatchObject({ status: 404, json: { error: 'unknown_order' } });
      expect((await card()).wipedAt).toBeUndefined();
      expect(await report(NONCE)).toMatchObject({ status: 200, json: { ok: true } });
      const { wipedAt } = await card();
      expect(wipedAt).toMatch(/^20\d\d-/);
      // Said again, where the answer was lost.
      expect((await report(NONCE)).status).toBe(200);
      expect((await card()).wipedAt).toBe(wipedAt);
      expect((await asLi()).status).toBe(410);
    });

    it('learn without a session which of their own people are no more, and of no others', async () => {
      const wang = await makeUser(server, ['staff']);
      await used();
      await ask(`${server.url}/open`, { as: wang, headers: by() });
      await soon(card, ({ people }) => people !== undefined && wang.name in people);
      const question = () => ask(`${server.url}/_tablet`, { headers: by() });
      expect((await question()).json).toEqual({ ok: true, ended: [] });
      const account = `${server.url}/_users/org.couchdb.user:${wang.name}`;
      const { _rev } = (await ask(account, { as: server.admin })).json;
      await ask(`${account}?rev=${_rev}`, { method: 'DELETE', as: server.admin });
      expect((await soon(question, ({ json }) => json.ended.length > 0)).json.ended).toEqual([wang.name]);
      // Another tablet, on which she never was.
      const other = newTabletId(crypto.getRandomValues(new Uint8Array(12)));
      expect((await ask(`${server.url}/_tablet`, { headers: by(other) })).json.ended).toEqual([]);
      expect((await ask(`${server.url}/_tablet`, { headers: by('made-up') })).status).toBe(400);
      expect((await ask(`${server.url}/_tablet`)).status).toBe(400);
    });

    it('are read and written by administrators alone', async () => {
      await used();
      for (const method of ['GET', 'PUT'])
        expect([401, 403]).toContain((await ask(cardUrl(), { method, as: li })).status);
      expect([401, 403]).toContain((await ask(`${server.url}/${TABLETS}/_changes`, { as: li })).status);
    });
  });
}
