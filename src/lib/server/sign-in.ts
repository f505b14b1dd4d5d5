// Who a request is from: its session cookie, else its Basic header, else nobody. Roles are looked up each time.
// Invariant: a password is hashed once and then known by a keyed hash in memory until the person's document changes,
// so that Basic on every request costs microseconds; the key dies with the process.
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type IncomingMessage } from 'node:http';
import { type Account, type Accounts } from './accounts.ts';
import { NOBODY, type UserContext } from './exchange.ts';
import { createGuessDelay } from './guess-delay.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { readClaim } from './proxy-claim.ts';
import { badRequest, unauthorized } from './refusal.ts';
import { checkSession, digestOfKey, makeSession, readSession, sessionHeader } from './session-cookie.ts';

const REMEMBERED_AT_MOST = 5000;

export type SignedInBy = 'cookie' | 'proxy' | 'default' | undefined;

export interface SignedIn {
  user: UserContext;
  by: SignedInBy;
  /** A fresh `Set-Cookie`, when the old one has used up part of its life. */
  renewal?: string;
}

export interface SignIn {
  /** Refuses wrong Basic credentials with 401; an outdated or foreign cookie is nobody's. */
  identify(request: IncomingMessage): Promise<SignedIn>;
  byPassword(name: string, password: string, request: IncomingMessage): Promise<Account | undefined>;
  /** The `Set-Cookie` of a new session, bound to the key the request says where it says one. */
  sessionFor(account: Account, request: IncomingMessage): string;
}

export interface SignInOptions {
  accounts: Accounts;
  secret: string;
  now: () => number;
  guessStepMs: number;
  /** Given, a proxy that knows it is believed. */
  proxySecret?: string | undefined;
  /** Rounds an unknown name costs, so that the time tells nobody whether it exists. */
  iterations: number;
}

export function createSignIn(options: SignInOptions): SignIn {
  const { accounts, secret, now, guessStepMs, iterations, proxySecret } = options;
  const delay = createGuessDelay({ stepMs: guessStepMs, now });
  const isRight = createPasswordCheck(iterations);

  async function byPassword(
    name: string,
    password: string,
    request: IncomingMessage,
  ): Promise<Account | undefined> {
    const known = await accounts.find(name);
    if (known && isRight.remembered(known, password)) return known;
    return delay.attempt(`${name}\n${request.socket.remoteAddress ?? ''}`, async () => {
      const account = await accounts.find(name);
      return (await isRight.verify(account, password)) ? account : undefined;
    });
  }

  const sessionOf = (account: Account, request: IncomingMessage, bound: string | undefined): string =>
    sessionHeader(
      makeSession(account.name, { secret, salt: account.salt }, { nowMs: now(), bound }),
      request,
    );

  async function byCookie(request: IncomingMessage): Promise<SignedIn | undefined> {
    const claim = readSession(request);
    const account = claim && (await accounts.find(claim.name));
    if (!claim || !account) return undefined;
    const said = claim.bound === undefined ? undefined : digestOfKey(request);
    const verdict = checkSession(claim, { secret, salt: account.salt }, { nowMs: now(), said });
    if (verdict === 'void') return undefined;
    const signedIn: SignedIn = { user: userOf(account), by: 'cookie' };
    return verdict === 'renew'
      ? { ...signedIn, renewal: sessionOf(account, request, claim.bound) }
      : signedIn;
  }

  return {
    byPassword,
    sessionFor: (account, request) => sessionOf(account, request, digestOfKey(request)),
    async identify(request) {
      const session = await byCookie(request);
      if (session) return session;
      const claimed = proxySecret === undefined ? undefined : readClaim(request.headers, proxySecret);
      if (claimed) return { user: { ...claimed, byProxy: true }, by: 'proxy' };
      const basic = parseBasic(request.headers.authorization);
      if (!basic) return { user: NOBODY, by: undefined };
      const account = await byPassword(basic.name, basic.password, request);
      if (!account) throw unauthorized('Name or password is incorrect.');
      return { user: userOf(account), by: 'default' };
    },
  };
}

function userOf({ name, roles, endsMs }: Account): UserContext {
  return { name, roles, ...(endsMs === undefined ? {} : { endsMs }) };
}

function parseBasic(header: string | undefined): { name: string; password: string } | undefined {
  if (header === undefined) return undefined;
  const match = /^basic\s+(.*)$/i.exec(header);
  // Another scheme is another handler's, and CouchDB has none for it unless it is told to: the request is nobody's.
  if (!match) return undefined;
  const encoded = match[1]?.trim() ?? '';
  if (!/^[A-Za-z0-9+/=_-]*$/.test(encoded)) throw badRequest('Authorization header has invalid base64 value');
  const pair = Buffer.from(encoded, 'base64').toString();
  const colon = pair.indexOf(':');
  if (colon < 0 || pair === '_:_') return undefined;
  return { name: pair.slice(0, colon), password: pair.slice(colon + 1) };
}

function createPasswordCheck(iterations: number) {
  const key = randomBytes(32);
  const remembered = new Map<string, Buffer>();
  const nobody = hashPassword(randomBytes(16).toString('hex'), iterations);

  const trace = (account: Account, password: string): Buffer =>
    createHmac('sha256', key).update(`${account.name}\0${account.salt}\0${password}`).digest();

  function remember(account: Account, password: string): void {
    if (remembered.size >= REMEMBERED_AT_MOST) remembered.clear();
    remembered.set(account.name, trace(account, password));
  }

  return {
    remembered(account: Account, password: string): boolean {
      const known = remembered.get(account.name);
      return known !== undefined && timingSafeEqual(known, trace(account, password));
    },
    async verify(account: Account | undefined, password: string): Promise<boolean> {
      if (account && this.remembered(account, password)) return true;
      if (account?.check.kind === 'configured') {
        const expected = trace(account, account.check.password);
        return timingSafeEqual(expected, trace(account, password));
      }
      if (account?.check.kind === 'asked') {
        const isRight = await account.check.isRight(password);
        if (isRight) remember(account, password);
        return isRight;
      }
      const fields = account?.check.kind === 'hashed' ? account.check.fields : await nobody;
      const right = await verifyPassword(password, fields);
      if (!right || account?.check.kind !== 'hashed') return false;
      remember(account, password);
      return true;
    },
  };
}
