// The gateway: passes requests on to an Apache CouchDB and adds what CouchDB lacks: sessions of a shift, a table of who may
// ask what, limits, feeds that end with a role, and gzip, `no-store` and safe cookies on the way back.
// Invariants: nobody can speak as a trusted proxy through it; what anybody but an administrator sends was judged and read
// whole before CouchDB sees it; the gateway's own credentials go along only with what the gate has let through for her.
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createAnswer, type Answer } from './answer.ts';
import { type AskedCall, type Verdict } from './call-rules.ts';
import { type Accounts } from './accounts.ts';
import { couchdbDevices } from './couchdb-devices.ts';
import { createCouchdbPeople } from './couchdb-people.ts';
import { createUpstream, type Upstream } from './couchdb-upstream.ts';
import { createDeviceGate, type DeviceGate } from './device-gate.ts';
import { NOBODY, parseTarget } from './exchange.ts';
import { feedOf } from './feed-end.ts';
import { createGate, type Gate } from './gate.ts';
import {
  basic,
  credentialsOf,
  identityByProxy,
  identityPassedOn,
  type GatewayIdentity,
  type Identified,
} from './gateway-identity.ts';
import { headersToPass, OF_THE_BODY, passOn, type Headers, type Passing } from './gateway-passing.ts';
import { answerGatewaySession } from './gateway-session.ts';
import { bulkDocsWithKept, erasedAtCouchdb, heldAtCouchdb } from './gateway-writes.ts';
import { createOpenFeeds, type OpenFeeds } from './open-feeds.ts';
import { makeClaim } from './proxy-claim.ts';
import { Refusal } from './refusal.ts';
import { isObject, readBody } from './request-body.ts';
import { createWhoAsks, type WhoAsks } from './who-asks.ts';

export interface CouchdbGateway {
  /** Answers a request whose url is CouchDB's own path, without a mount before it. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** For what is answered beside the databases. */
  whoAsks: WhoAsks;
  /** Whether CouchDB believes this gateway who a request is from; `not-asked` without a secret. */
  checkProxy(): Promise<'believed' | 'refused' | 'not-asked'>;
  close(): Promise<void>;
}

export interface CouchdbGatewayOptions {
  couchdbUrl: string;
  /** As whom the gateway looks up roles and adds to append-only databases. */
  admin: { name: string; password: string };
  /** CouchDB's `[chttpd_auth] secret`, where it has `proxy_use_secret`; without it CouchDB's own cookie is passed on. */
  proxySecret?: string | undefined;
  gate?: Gate | 'open';
  now?: () => number;
  /** How long a feed stays open, heartbeat or not. */
  feedMs?: number;
  guessStepMs?: number;
  log?: (line: string) => void;
  /** Another view of who is who, and of which headers go on: tests plant holes here, and see whether they are found. */
  accounts?: (accounts: Accounts) => Accounts;
  headersToPass?: typeof headersToPass;
}

const CREDENTIALS = ['cookie', 'authorization'];
const FEED_MS = 60_000;
const GUESS_STEP_MS = 1000;

interface GatewayParts {
  upstream: Upstream;
  identity: GatewayIdentity;
  feeds: OpenFeeds;
  gate: Gate | 'open';
  devices: DeviceGate | undefined;
  admin: Headers;
  feedMs: number;
  headersToPass: typeof headersToPass;
}

export function createCouchdbGateway(options: CouchdbGatewayOptions): CouchdbGateway {
  const { couchdbUrl, admin, proxySecret: secret, now = Date.now, log = () => undefined } = options;
  const { feedMs = FEED_MS, guessStepMs = GUESS_STEP_MS, gate = createGate({ now }) } = options;
  const upstream = createUpstream(couchdbUrl);
  const claim = secret === undefined ? undefined : makeClaim({ name: admin.name, roles: ['_admin'] }, secret);
  const credentials = claim ?? { authorization: basic(admin) };
  const people = createCouchdbPeople({ upstream, admin, credentials, now });
  const accounts = options.accounts?.(people) ?? people;
  const identity =
    secret === undefined
      ? identityPassedOn({ upstream, people, admin, now, guessStepMs })
      : identityByProxy({ accounts, secret, now, guessStepMs });
  const feeds = createOpenFeeds(accounts, now);
  const rules = gate === 'open' ? undefined : gate.devices;
  const devices =
    gate === 'open' || !rules
      ? undefined
      : createDeviceGate({
          ...{ rules, accounts, now, log },
          documents: couchdbDevices(rules.database, { upstream, credentials, now }),
          count: (address) => gate.rate.count(NOBODY, address),
        });
  const passed = options.headersToPass ?? headersToPass;
  const parts: GatewayParts = {
    upstream,
    identity,
    feeds,
    gate,
    devices,
    admin: credentials,
    feedMs,
    headersToPass: passed,
  };
  return {
    whoAsks: createWhoAsks({ devices, identity, gate }),
    handle(request, response) {
      const answer = createAnswer(request, response);
      answerThrough(request, { response, answer, parts }).catch((failure: unknown) =>
        answerFailure(failure, { response, answer, log }),
      );
    },
    async checkProxy() {
      if (claim === undefined) return 'not-asked';
      const { json } = await upstream.ask({ method: 'GET', path: '/_session', headers: claim });
      const user = isObject(json) && isObject(json.userCtx) ? json.userCtx : {};
      const isAdmin = Array.isArray(user.roles) && user.roles.includes('_admin');
      return user.name === admin.name && isAdmin ? 'believed' : 'refused';
    },
    close() {
      people.close();
      feeds.endAll();
      upstream.close();
      return Promise.resolve();
    },
  };
}

interface Way {
  response: ServerResponse;
  answer: Answer;
  parts: GatewayParts;
}

async function answerThrough(request: IncomingMessage, { response, answer, parts }: Way): Promise<void> {
  const { gate, identity } = parts;
  const { segments, query } = parseTarget(request.url ?? '/');
  const asked: AskedCall = { method: request.method ?? 'GET', segments, query };
  const device = await parts.devices?.admit({ segments, request, answer });
  if (device === 'answered') return;
  if (segments.length === 1 && segments[0] === '_session') {
    return answerGatewaySession({ asked, request, response, answer, ...parts });
  }
  const asksNobody = gate === 'open' && !identity.signIn;
  const known = asksNobody ? unknownTo(request) : await identity.identify(request);
  if (response.destroyed) return;
  parts.devices?.saw(device, known.user);
  if (known.renewal) answer.header('Set-Cookie', known.renewal);
  const verdict: Verdict = gate === 'open' ? { outcome: 'free' } : gate.judge(asked, known.user);
  const way = { request, response, answer, parts, asked, known };
  if (verdict.outcome === 'free' || gate === 'open') return passWhole(way);
  gate.rate.count(known.user, request.socket.remoteAddress ?? '');
  if (verdict.outcome === 'refused') throw verdict.refusal;
  return passJudged(way, { gate, verdict });
}

interface KnownWay extends Way {
  request: IncomingMessage;
  asked: AskedCall;
  known: Identified;
}

/** As it came, but for who it is from. */
async function passWhole(way: KnownWay): Promise<void> {
  const headers = { ...way.parts.headersToPass(way.request, CREDENTIALS), ...way.known.credentials };
  await passOn(passing(way, { path: way.request.url ?? '/', headers }));
}

/** The path put together anew from what was judged, so that CouchDB reads in it nothing else than the gate did. */
async function passJudged(
  way: KnownWay,
  { gate, verdict }: { gate: Gate; verdict: Extract<Verdict, { outcome: 'allowed' }> },
): Promise<void> {
  const { request, asked, known, parts, answer } = way;
  const credentials = verdict.asAdministrator ? parts.identity.inTheNameOf(known.user) : known.credentials;
  const headers: Headers = {
    ...parts.headersToPass(request, [...CREDENTIALS, ...OF_THE_BODY]),
    ...credentials,
  };
  const path = pathOf(asked);
  if (asked.method !== 'POST' && asked.method !== 'PUT') {
    return passOn(passing(way, { path, headers, body: Buffer.alloc(0) }));
  }
  const body = await readBody(request, gate.limits.requestBytes);
  const held = heldAtCouchdb(parts.upstream, parts.admin);
  const findErased = erasedAtCouchdb(parts.upstream, parts.admin);
  await gate.admitBody({ asked, verdict, body, held, findErased }, ({ body: admitted, kept }) => {
    const sized = { ...headers, 'content-length': String(admitted.length) };
    if (kept.length === 0) return passOn(passing(way, { path, headers: sized, body: admitted }));
    return bulkDocsWithKept({ upstream: parts.upstream, path, headers, body: admitted, kept, answer });
  });
}

function passing(
  { request, response, answer, parts, asked, known }: KnownWay,
  sent: Pick<Passing, 'path' | 'headers' | 'body'>,
): Passing {
  const passed: Passing = {
    request,
    response,
    upstream: parts.upstream,
    ...sent,
    refuse: (refusal) => void answer.refuse(refusal).catch(() => response.destroy()),
  };
  const kind = feedOf(asked);
  if (!kind) return passed;
  const { ended, leave } = parts.feeds.enter(known.user);
  response.once('close', leave);
  return { ...passed, feed: { kind, since: asked.query.get('since'), ended, afterMs: parts.feedMs } };
}

/** With its gate open and no sessions of its own it is CouchDB's to say who that is. */
function unknownTo(request: IncomingMessage): Identified {
  return { user: NOBODY, by: undefined, credentials: credentialsOf(request) };
}

function pathOf({ segments, query }: AskedCall): string {
  const parameters = query.toString();
  return `/${segments.map(encodeURIComponent).join('/')}${parameters ? `?${parameters}` : ''}`;
}

async function answerFailure(
  failure: unknown,
  { response, answer, log }: { response: ServerResponse; answer: Answer; log: (line: string) => void },
): Promise<void> {
  if (answer.started() || response.destroyed) return void response.destroy();
  if (!(failure instanceof Refusal))
    log(`fault: ${failure instanceof Error ? failure.stack : String(failure)}`);
  const refusal =
    failure instanceof Refusal
      ? failure
      : new Refusal(500, 'internal_server_error', 'The gateway could not answer this; its log says why.');
  await answer.refuse(refusal).catch(() => response.destroy());
}
