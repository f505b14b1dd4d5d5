// What one request alone does not show: feeds that are open when a role ends, sessions of somebody who is gone, headers
// that claim, a second leaf of an event, an audit that is changed.
import { setTimeout as wait } from 'node:timers/promises';
import { makeClaim } from '#lib/server/proxy-claim.ts';
import { ask, type Answered } from '../contract/opened-server.ts';
import { revOf } from './access-calls.ts';
import { changeAccount, markOf, put, type AccessStreet } from './access-street.ts';
import { A, A1 } from './access-table.ts';

const GRID = `grid-${A1}`;
const FEEDS = ['longpoll', 'continuous', 'eventsource'];
/** They close at once; a machine that does much else may take a moment to say so. */
const CLOSED_AFTER_MS = 4000;
const LATE = 'mark-of-what-came-later';

/** Sentences, each a hole. */
export async function findLive(street: AccessStreet, proxySecret?: string): Promise<string[]> {
  return [
    ...(await findInFeeds(street)),
    ...(await findGhost(street)),
    ...(await findClaims(street, proxySecret)),
    ...(await findSecondLeaves(street)),
  ];
}

let runs = 0;

/** Takes somebody's role away while she listens. */
async function findInFeeds({ server, names }: AccessStreet): Promise<string[]> {
  if (!names.includes(GRID)) return [];
  const name = `listener${runs++}`;
  const headers = await signNewcomerIn(server, name);
  const read = FEEDS.map((feed) =>
    listen(`${server.url}/${GRID}/_changes?since=now&include_docs=true&feed=${feed}`, headers),
  );
  const feeds = await Promise.all(read);
  await changeAccount(server, name, (account) => ({ ...account, roles: [] }));
  const found: string[] = [];
  const next = await ask(`${server.url}/${GRID}`, { headers });
  if (next.status !== 403) found.push('a revoked role is not out with the next request');
  const revokedMs = Date.now();
  while (feeds.some((feed) => !feed.isOver()) && Date.now() - revokedMs < CLOSED_AFTER_MS) await wait(20);
  await ask(`${server.url}/${GRID}/late:${name}`, { method: 'PUT', as: server.admin, body: { mark: LATE } });
  await wait(200);
  for (const [at, feed] of feeds.entries()) {
    if (feed.text().includes(LATE)) found.push(`a ${FEEDS[at] ?? ''} feed goes on after its role ended`);
    if (!feed.isOver()) found.push(`a ${FEEDS[at] ?? ''} feed is open after its role ended`);
    feed.stop();
  }
  return found;
}

/** Her session is worth nothing once her account is gone. */
async function findGhost({ server, names }: AccessStreet): Promise<string[]> {
  if (!names.includes(GRID)) return [];
  const name = `ghost${runs++}`;
  const headers = await signNewcomerIn(server, name);
  const before = await ask(`${server.url}/${GRID}`, { headers });
  await changeAccount(server, name, (account) => ({ ...account, _deleted: true }));
  const after = await ask(`${server.url}/${GRID}`, { headers });
  return before.status === 200 && after.status === 401 ? [] : ['the session of a removed person is alive'];
}

async function signNewcomerIn(server: AccessStreet['server'], name: string): Promise<Record<string, string>> {
  const credentials = { name, password: `of ${name}` };
  await put(server, `_users/org.couchdb.user:${name}`, {
    ...credentials,
    type: 'user',
    roles: [`grid:${A1}`],
  });
  const { headers } = await ask(`${server.url}/_session`, { body: credentials });
  return { cookie: headers.getSetCookie()[0]?.split(';')[0] ?? '' };
}

async function listen(url: string, headers: Record<string, string>) {
  const stopping = new AbortController();
  const response = await fetch(url, { headers, signal: stopping.signal });
  let text = '';
  let over = false;
  const reading = (async () => {
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const part = await reader?.read();
      if (!part || part.done) return;
      text += part.value;
    }
  })();
  void reading.catch(() => undefined).then(() => (over = true));
  return { text: () => text, isOver: () => over, stop: () => stopping.abort() };
}

/** With the right token: whoever stands outside must not be believed even so. */
async function findClaims({ server, as }: AccessStreet, proxySecret: string | undefined): Promise<string[]> {
  if (proxySecret === undefined) return [];
  const care = `care-${A1}`;
  const claims = [
    { name: 'carer', roles: [`care:${A1}`] },
    { name: 'carer', roles: ['_admin'] },
  ].map((user) => makeClaim(user, proxySecret));
  const basic = `Basic ${Buffer.from('worker:of worker').toString('base64')}`;
  const ways: Record<string, string>[] = [{}, as.worker, { authorization: basic }];
  const answers: Answered[] = [];
  for (const claim of claims) {
    for (const way of ways) {
      answers.push(
        await ask(`${server.url}/${care}/_all_docs?include_docs=true`, { headers: { ...way, ...claim } }),
      );
    }
  }
  const leaks = answers.filter(({ json }) => JSON.stringify(json).includes(markOf(care)));
  return leaks.length > 0 ? ['a claim from outside is believed'] : [];
}

async function findSecondLeaves({ server, as, names }: AccessStreet): Promise<string[]> {
  const found: string[] = [];
  const audit = `audit-${A}`;
  const id = `visit:once-${runs++}`;
  for (const database of [`events-${A1}-2026`, audit].filter((one) => names.includes(one))) {
    const send = async (person: 'worker' | 'administrator', v: number, more: object = {}) => {
      const doc = { _id: id, _rev: revOf(`once ${v}`), type: 'visit', v, ...more };
      const body = { docs: [doc], new_edits: false };
      return ask(`${server.url}/${database}/_bulk_docs`, { headers: as[person], body });
    };
    await send('worker', 1);
    await send('worker', 1);
    await send('worker', 2);
    if (database === audit) {
      const ids = [revOf('child').slice(2), revOf('once 1').slice(2)];
      await send('worker', 3, { _rev: `2-${ids[0] ?? ''}`, _revisions: { start: 2, ids } });
      await send('worker', 4, { _deleted: true });
    }
    const { json } = await ask(`${server.url}/${database}/${id}?open_revs=all`, { as: server.admin });
    const leaves = (json as { ok?: { v?: number } }[]).map(({ ok }) => ok?.v);
    if (leaves.join() !== '1') found.push(`${database}: an event has leaves ${leaves.join()}`);
  }
  return found;
}
