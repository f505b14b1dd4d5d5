// Who a request through the gateway is from, and how CouchDB is told. Where CouchDB believes the gateway (proxy
// authentication), the session is the gateway's own: 36 hours, renewed, worth nothing once the password changed. Where it
// does not, CouchDB's own cookie or Basic is passed through, and CouchDB asked who that is.
// Invariants: roles are those of this moment, without those whose end has passed; what a client claims of itself goes to
// CouchDB in neither case; wrong passwords are slowed down from the fourth on, before CouchDB's own lock, which would shut
// out everybody behind one gateway.
import { createHash, createHmac } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Accounts } from './accounts.ts';
import { type CouchdbPeople } from './couchdb-people.ts';
import { type Upstream, type UpstreamAnswer } from './couchdb-upstream.ts';
import { NOBODY, type UserContext } from './exchange.ts';
import { createGuessDelay } from './guess-delay.ts';
import { makeClaim } from './proxy-claim.ts';
import { Refusal, tooBusy } from './refusal.ts';
import { isObject } from './request-body.ts';
import { createSignIn, type SignedIn, type SignIn } from './sign-in.ts';

export type Credentials = Record<string, string>;

export interface Identified extends SignedIn {
  /** By which CouchDB knows her. */
  credentials: Credentials;
}

export interface GatewayIdentity {
  /** Refuses with 401 what is wrong, with 400 what is no cookie. */
  identify(request: IncomingMessage): Promise<Identified>;
  /** Answers `/_session` here; undefined where that is CouchDB's to answer. */
  signIn: SignIn | undefined;
  /** A sign-in that CouchDB answers, in its turn: slowed down where there were wrong ones. */
  slowDown(
    name: string,
    request: IncomingMessage,
    ask: () => Promise<UpstreamAnswer>,
  ): Promise<UpstreamAnswer>;
  /** By which CouchDB lets the gateway write for somebody who may not. */
  inTheNameOf(user: UserContext): Credentials;
}

const ROUNDS_OF_NOBODY = 600_000;

export interface ProxyIdentityOptions {
  accounts: Accounts;
  secret: string;
  now: () => number;
  guessStepMs: number;
}

export function identityByProxy({
  accounts,
  secret,
  now,
  guessStepMs,
}: ProxyIdentityOptions): GatewayIdentity {
  const signIn = createSignIn({
    accounts,
    // Another one than CouchDB's cookies are proven with: a cookie of the one is worth nothing at the other.
    secret: createHmac('sha256', secret).update('session of the gateway').digest('hex'),
    now,
    guessStepMs,
    iterations: ROUNDS_OF_NOBODY,
  });
  return {
    signIn,
    async identify(request) {
      const signedIn = await signIn.identify(request);
      return { ...signedIn, credentials: makeClaim(signedIn.user, secret) };
    },
    slowDown: (_name, _request, ask) => ask(),
    inTheNameOf: ({ name }) => makeClaim({ name, roles: ['_admin'] }, secret),
  };
}

export interface PassedIdentityOptions {
  upstream: Upstream;
  people: Pick<CouchdbPeople, 'find' | 'settleEnds'>;
  admin: { name: string; password: string };
  now: () => number;
  guessStepMs: number;
}

const RIGHT_AT_MOST = 5000;

export function identityPassedOn({
  upstream,
  people,
  admin,
  now,
  guessStepMs,
}: PassedIdentityOptions): GatewayIdentity {
  const delay = createGuessDelay({ stepMs: guessStepMs, now });
  /** Digests of Basic headers that were right once: they need no turn. */
  const right = new Set<string>();

  async function slowDown(
    name: string,
    request: IncomingMessage,
    ask: () => Promise<UpstreamAnswer>,
  ): Promise<UpstreamAnswer> {
    let last: UpstreamAnswer | undefined;
    await delay.attempt(`${name}\n${request.socket.remoteAddress ?? ''}`, async () => {
      last = await ask();
      return last.status === 401 || last.status === 403 ? undefined : last;
    });
    if (!last) throw new Error('a sign-in without an answer');
    return last;
  }

  async function ask(request: IncomingMessage, credentials: Credentials): Promise<UpstreamAnswer> {
    const question = {
      method: 'GET',
      path: '/_session',
      headers: { accept: 'application/json', ...credentials },
    };
    const { authorization } = credentials;
    if (authorization === undefined) return upstream.ask(question);
    const digest = createHash('sha256').update(authorization).digest('hex');
    if (right.has(digest)) return upstream.ask(question);
    const answer = await slowDown(nameIn(authorization), request, () => upstream.ask(question));
    if (right.size >= RIGHT_AT_MOST) right.clear();
    if (answer.status === 200) right.add(digest);
    return answer;
  }

  /** CouchDB goes by what her document says: a role that has ended is taken out there before she is let through. */
  async function withoutEnded(user: UserContext): Promise<UserContext> {
    const account = user.name === null ? undefined : await people.find(user.name);
    if (!account) return user;
    const { name, ended, endsMs } = account;
    if (ended.some((role) => user.roles.includes(role))) {
      await people.settleEnds(name);
      throw tooBusy('A role of yours has just ended. Ask again.');
    }
    return { ...user, ...(endsMs === undefined ? {} : { endsMs }) };
  }

  return {
    signIn: undefined,
    slowDown,
    async identify(request) {
      const credentials = credentialsOf(request);
      if (Object.keys(credentials).length === 0) return { user: NOBODY, by: undefined, credentials };
      const user = userIn(await ask(request, credentials));
      return { user: await withoutEnded(user), by: undefined, credentials };
    },
    inTheNameOf: () => ({ authorization: basic(admin) }),
  };
}

export function basic({ name, password }: { name: string; password: string }): string {
  return `Basic ${Buffer.from(`${name}:${password}`, 'utf8').toString('base64')}`;
}

export function credentialsOf({ headers }: IncomingMessage): Credentials {
  const { cookie, authorization } = headers;
  return { ...(cookie ? { cookie } : {}), ...(authorization ? { authorization } : {}) };
}

function nameIn(authorization: string): string {
  const encoded = /^basic\s+(.*)$/i.exec(authorization)?.[1] ?? '';
  return Buffer.from(encoded, 'base64').toString().split(':', 1)[0] ?? '';
}

/** Who CouchDB says it is. Refuses as CouchDB did. */
function userIn({ status, json }: UpstreamAnswer): UserContext {
  const body = isObject(json) ? json : {};
  const user = isObject(body.userCtx) ? body.userCtx : undefined;
  if (status !== 200 || !user)
    throw new Refusal(status === 200 ? 502 : status, String(body.error), body.reason);
  const roles = Array.isArray(user.roles) ? user.roles.filter((role) => typeof role === 'string') : [];
  return { name: typeof user.name === 'string' ? user.name : null, roles };
}
