// The matrix is itself tested: a hole is made in the gate, one at a time, and must be found.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judgeCall, type AskedCall, type Verdict } from '#lib/server/call-rules.ts';
import { createCouchdbGateway, type CouchdbGatewayOptions } from '#lib/server/couchdb-gateway.ts';
import { type Accounts } from '#lib/server/accounts.ts';
import { createGate, type Gate } from '#lib/server/gate.ts';
import { SCOPE_RULES } from '../../scripts/scope-rules.ts';
import { ADMIN, listen, openEmbedded, portOf, stop } from '../contract/open-embedded.ts';
import { PROXY_SECRET } from '../contract/open-gateway.ts';
import { openStreet, type AccessStreet } from './access-street.ts';
import { A, A1, B1 } from './access-table.ts';
import { findLive } from './live-access.ts';
import { runMatrix } from './run-matrix.ts';

const sound = () => createGate({ scopes: SCOPE_RULES });

/** A gate that lets a call through unasked, with the gateway's own power. */
function openFor(isOpen: (asked: AskedCall) => boolean, verdict?: Verdict): Gate {
  const gate = sound();
  const through: Verdict = verdict ?? {
    outcome: 'allowed',
    call: 'document',
    place: 'scope',
    asAdministrator: true,
  };
  return {
    ...gate,
    judge: (asked, user) =>
      user.name !== null && isOpen(asked) ? through : judgeCall(asked, user, SCOPE_RULES),
  };
}

const isAt = (name: string) => (asked: AskedCall) => asked.segments[1] === name;

/** Everybody is for ever who she was when she was first seen, and nobody is told of changes. */
function forgetful(accounts: Accounts): Accounts {
  const known = new Map<string, ReturnType<Accounts['find']>>();
  return {
    onChange: () => () => undefined,
    find(name) {
      const found = known.get(name) ?? accounts.find(name);
      known.set(name, found);
      return found;
    },
  };
}

type Hole = Partial<CouchdbGatewayOptions>;
const holes: [string, Hole, string][] = [
  ['the role is not asked for _bulk_get', { gate: openFor(isAt('_bulk_get')) }, 'POST _bulk_get'],
  [
    'an open feed outlives its role',
    { accounts: (accounts) => ({ ...accounts, onChange: () => () => undefined }) },
    'feed goes on after its role ended',
  ],
  [
    'a claim from outside is passed on',
    {
      proxySecret: undefined,
      headersToPass: ({ headers }, left = []) =>
        Object.fromEntries(
          Object.entries(headers).flatMap(([name, value]) =>
            value === undefined || ['host', 'connection', ...left].includes(name) ? [] : [[name, value]],
          ),
        ),
    },
    'a claim from outside is believed',
  ],
  ['_all_docs of another grid', { gate: openFor(isAt('_all_docs')) }, 'GET _all_docs'],
  [
    'attachments are unguarded',
    { gate: openFor(({ method, segments }) => method === 'GET' && segments[2] === 'photo') },
    'GET note:1/photo',
  ],
  [
    'an audit can be read',
    { gate: openFor(({ method, segments }) => method === 'GET' && segments[0] === `audit-${A}`) },
    'GET note:1',
  ],
  ['_local of another scope', { gate: openFor(isAt('_local')) }, 'GET _local/mark'],
  ['_find has no bound', { gate: openFor(isAt('_find'), { outcome: 'free' }) }, 'POST _find'],
  ['the session of somebody removed lives on', { accounts: forgetful }, 'removed person is alive'],
  [
    '_changes of _users',
    { gate: openFor(({ segments }) => segments.join('/') === '_users/_changes') },
    'GET _users/_changes',
  ],
  [
    'an event may have a second leaf',
    { gate: { ...sound(), admitBody: ({ body }, pass) => pass({ body, kept: [] }) } },
    'an event has leaves',
  ],
  [
    'everybody may add to every audit',
    { gate: createGate({ scopes: { ...SCOPE_RULES, mayAppend: () => true } }) },
    'stored',
  ],
];

describe('the matrix', () => {
  let street: AccessStreet;
  beforeAll(async () => {
    const names = [`grid-${A1}`, `events-${A1}-2026`, `care-${A1}`, `audit-${A}`, `grid-${B1}`];
    // As a CouchDB has it, which knows no bound.
    const limits = { findCount: Number.MAX_SAFE_INTEGER };
    street = await openStreet(await openEmbedded({ proxySecret: PROXY_SECRET, limits }), names);
  });
  afterAll(() => street.server.close());

  /** What is found through a gateway with this hole in it. */
  async function findThrough(hole: Hole): Promise<string[]> {
    const couchdbUrl = street.server.url;
    const gateway = createCouchdbGateway({
      couchdbUrl,
      admin: ADMIN,
      proxySecret: PROXY_SECRET,
      gate: sound(),
      ...hole,
    });
    const http = await listen((request, response) => gateway.handle(request, response));
    const server = { ...street.server, url: `http://127.0.0.1:${portOf(http)}` };
    const as = { ...street.as };
    for (const person of ['worker', 'neighbour'] as const) {
      const basic = Buffer.from(`${person}:of ${person}`).toString('base64');
      as[person] = { authorization: `Basic ${basic}` };
    }
    const through = { ...street, server, as };
    const { findings } = await runMatrix(through, ['worker', 'neighbour']);
    const live = await findLive(through, PROXY_SECRET);
    await gateway.close();
    await stop(http);
    return [...findings.map(({ call, got }) => `${call}: ${got}`), ...live];
  }

  it('finds nothing where there is no hole', async () => {
    expect(await findThrough({})).toEqual([]);
  });

  it.each(holes)('finds that %s', async (_name, hole, sentence) => {
    const found = await findThrough(hole);
    expect(found.join('\n')).toContain(sentence);
  });
});
