// The people of a CouchDB as the gateway's administrator sees them: documents of `_users`, and the administrators of its
// configuration. Sources: Apache CouchDB 3.5, "Authentication Database"; `/_node/{node-name}/_config/{section}`.
// Invariant: a person is looked up anew with every request, so that a revoked role is out with the next one; who governs
// CouchDB itself is known for `KNOWN_MS`.
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { accountAt, accountOf, USER_PREFIX, type Account, type Accounts } from './accounts.ts';
import { type Upstream, type UpstreamAnswer } from './couchdb-upstream.ts';
import { firstAbort } from './first-abort.ts';
import { Refusal } from './refusal.ts';
import { isObject } from './request-body.ts';

/** Below the second after which a revoked role must be out. */
const KNOWN_MS = 500;
const AGAIN_AFTER_MS = 500;
/** How long CouchDB may wait before it says that nothing changed, and when it is given up. */
const FOLLOW_MS = 50_000;
const GIVEN_UP_AFTER_MS = 60_000;

export interface CouchdbPeople extends Accounts {
  /**
   * Takes out of her document the roles that have ended by now, for a CouchDB that looks there itself. Refuses with 503
   * where it was written anew meanwhile.
   */
  settleEnds(name: string): Promise<void>;
  close(): void;
}

export interface CouchdbPeopleOptions {
  upstream: Upstream;
  /** Who the gateway is: her password is known here and asked of nobody. */
  admin: { name: string; password: string };
  /** Headers by which CouchDB knows the administrator. */
  credentials: Record<string, string>;
  now: () => number;
}

interface Known<T> {
  value: Promise<T>;
  asOfMs: number;
}

export function createCouchdbPeople(options: CouchdbPeopleOptions): CouchdbPeople {
  const { upstream, admin, credentials, now } = options;
  let admins: Known<Record<string, unknown>> | undefined;
  const listeners = new Set<() => void>();
  const closing = new AbortController();
  let following: Promise<void> | undefined;
  const gateway: Account = {
    name: admin.name,
    roles: ['_admin'],
    ended: [],
    salt: createHmac('sha256', admin.password).update(admin.name).digest('hex'),
    check: { kind: 'configured', password: admin.password },
  };
  const isFresh = (known: Known<unknown> | undefined) =>
    known !== undefined && now() - known.asOfMs < KNOWN_MS;
  const read = (path: string, headers = credentials): Promise<UpstreamAnswer> =>
    upstream.ask({ method: 'GET', path, headers: { accept: 'application/json', ...headers } });

  async function isPasswordOf(name: string, password: string): Promise<boolean> {
    const pair = Buffer.from(`${name}:${password}`).toString('base64');
    const { status, json } = await read('/_session', { authorization: `Basic ${pair}` });
    const user = isObject(json) && isObject(json.userCtx) ? json.userCtx.name : undefined;
    return status === 200 && user === name;
  }

  async function readAdmins(): Promise<Record<string, unknown>> {
    const { status, json } = await read('/_node/_local/_config/admins');
    return status === 200 && isObject(json) ? json : {};
  }

  async function readPerson(name: string): Promise<Account | undefined> {
    if (!isFresh(admins)) admins = { value: readAdmins(), asOfMs: now() };
    const [answer, configured = {}] = await Promise.all([
      read(`/_users/${encodeURIComponent(USER_PREFIX + name)}`),
      admins?.value,
    ]);
    const document = answer.status === 200 && isObject(answer.json) ? answer.json : undefined;
    if (!document && answer.status !== 404) throw unreadable();
    const stored = document && accountOf(name, document);
    const account = stored && accountAt(stored, now());
    const asked = { kind: 'asked', isRight: (password: string) => isPasswordOf(name, password) } as const;
    const hash = Object.hasOwn(configured, name) ? configured[name] : undefined;
    // Her password is that of the configuration, and its hash changes with it (couch_auth_cache:get_admin).
    if (typeof hash === 'string') return { name, roles: ['_admin'], ended: [], salt: hash, check: asked };
    // A scheme only CouchDB knows is CouchDB's to check.
    return account?.check.kind === 'none' ? { ...account, check: asked } : account;
  }

  /** Tells of every change of anybody: changes are few, and who listens looks up whom it concerns. */
  async function follow(): Promise<void> {
    let since: string | undefined;
    while (!closing.signal.aborted) {
      const ending = firstAbort([closing.signal, AbortSignal.timeout(GIVEN_UP_AFTER_MS)]);
      try {
        const path =
          since === undefined
            ? '/_users/_changes?since=now&limit=1'
            : `/_users/_changes?feed=longpoll&timeout=${FOLLOW_MS}&since=${encodeURIComponent(since)}`;
        const { status, json } = await upstream.ask({
          method: 'GET',
          path,
          headers: credentials,
          signal: ending.signal,
        });
        if (status !== 200 || !isObject(json)) throw unreadable();
        const isFirst = since === undefined;
        since = String(json.last_seq);
        if (isFirst || (Array.isArray(json.results) && json.results.length > 0)) tell();
      } catch {
        since = undefined;
        await wait(AGAIN_AFTER_MS, undefined, { ref: false });
      } finally {
        ending.release();
      }
    }
  }

  function tell(): void {
    admins = undefined;
    for (const listener of listeners) listener();
  }

  async function settleEnds(name: string): Promise<void> {
    const path = `/_users/${encodeURIComponent(USER_PREFIX + name)}`;
    const { status, json } = await read(path);
    const stored = status === 200 && isObject(json) ? accountOf(name, json) : undefined;
    if (!stored || !isObject(json)) return;
    const { roles } = accountAt(stored, now());
    const headers = { accept: 'application/json', 'content-type': 'application/json', ...credentials };
    const body = Buffer.from(JSON.stringify({ ...json, roles }));
    const put = await upstream.ask({ method: 'PUT', path, headers, body });
    if (put.status !== 201 && put.status !== 202) throw unreadable();
  }

  return {
    settleEnds,
    find: (name) => (name === admin.name ? Promise.resolve(gateway) : readPerson(name)),
    onChange(listener) {
      listeners.add(listener);
      following ??= follow();
      return () => listeners.delete(listener);
    },
    close: () => closing.abort(),
  };
}

const unreadable = () =>
  new Refusal(503, 'service unavailable', 'The people of the database cannot be read now. Try again later.');
