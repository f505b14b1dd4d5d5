// The rule table of calls: which method and path each kind of user may ask of `/db`. Pure, and the same for the embedded
// server and for a CouchDB behind the gateway. Invariant: what is not in the table is an administrator's alone, so that a
// path nobody thought of is refused. Whether a person may see a database at all is `_security`'s to say, after this.
// Source: the calls of a tablet and of a stock PouchDB replicator (docs/replication.md); Apache CouchDB 3.5, "API Reference".
import { USER_PREFIX } from './accounts.ts';
import { isServerAdmin, type UserContext } from './exchange.ts';
import { badRequest, forbidden, unauthorized, type Refusal } from './refusal.ts';
import { type ScopeRules } from './scope-rules.ts';

/** Everybody signed in is `staff` at least: the role of that name opens a database, not a path. */
export type UserKind = 'nobody' | 'staff' | 'editor' | 'auditor' | 'administrator';

export type Call =
  | 'up'
  | 'session'
  | 'welcome'
  | 'info'
  | 'changes'
  | 'all-docs'
  | 'bulk-get'
  | 'revs-diff'
  | 'bulk-docs'
  | 'local'
  | 'document'
  | 'attachment'
  | 'find'
  | 'index'
  | 'own-account';

/** Where a call goes: the server itself, `_users`, a database that only takes in, any other database. */
export type Place = 'server' | 'accounts' | 'append-only' | 'scope';

const READING = [
  'info',
  'changes',
  'all-docs',
  'bulk-get',
  'document',
  'attachment',
  'find',
  'index',
] as const;
const REPLICATING = [...READING, 'revs-diff', 'bulk-docs', 'local'] as const;
const AT_SERVER = ['up', 'session', 'welcome'] as const;
const APPENDING = ['revs-diff', 'bulk-docs'] as const;

type Table = Record<Place, Record<Exclude<UserKind, 'administrator'>, readonly Call[]>>;

/** Administrators may ask whatever the server behind answers. */
const CALL_TABLE: Table = {
  server: { nobody: ['up', 'session'], staff: AT_SERVER, editor: AT_SERVER, auditor: AT_SERVER },
  accounts: { nobody: [], staff: ['own-account'], editor: ['own-account'], auditor: ['own-account'] },
  'append-only': { nobody: [], staff: APPENDING, editor: APPENDING, auditor: REPLICATING },
  scope: { nobody: [], staff: REPLICATING, editor: REPLICATING, auditor: REPLICATING },
};

/** What a request asks, its path decoded. */
export interface AskedCall {
  method: string;
  segments: readonly string[];
  query: URLSearchParams;
}

export type Verdict =
  /** An administrator's: passed on as it is. */
  | { outcome: 'free' }
  /** `asAdministrator`: the server behind would refuse this writer, who may not read, and the gate answers for her. */
  | { outcome: 'allowed'; call: Call; place: Place; asAdministrator: boolean }
  | { outcome: 'refused'; refusal: Refusal };

export function userKind({ name, roles }: UserContext): UserKind {
  if (isServerAdmin({ name, roles })) return 'administrator';
  if (name === null) return 'nobody';
  if (roles.includes('auditor')) return 'auditor';
  return roles.includes('editor') ? 'editor' : 'staff';
}

export function judgeCall(asked: AskedCall, user: UserContext, scopes: ScopeRules): Verdict {
  const kind = userKind(user);
  if (kind === 'administrator') return { outcome: 'free' };
  const place = placeOf(asked.segments[0], scopes);
  const call = place === 'accounts' ? ownAccount(asked, user) : callOf(asked);
  if (!call || !CALL_TABLE[place][kind].includes(call)) return refused(kind);
  const ill = illQuery(call, asked.query);
  if (ill) return { outcome: 'refused', refusal: ill };
  const appends = place === 'append-only' && APPENDING.some((one) => one === call);
  if (appends && kind !== 'auditor' && !scopes.mayAppend(asked.segments[0] ?? '', user.roles)) {
    return { outcome: 'refused', refusal: forbidden('You have no role here: nothing may be added.') };
  }
  return { outcome: 'allowed', call, place, asAdministrator: appends };
}

function refused(kind: UserKind): Verdict {
  const refusal =
    kind === 'nobody'
      ? unauthorized('Sign in first: nothing here is answered to a stranger.')
      : forbidden('Only what replication needs is answered here. This is for administrators.');
  return { outcome: 'refused', refusal };
}

function placeOf(first: string | undefined, scopes: ScopeRules): Place {
  if (first === undefined || first === '_up' || first === '_session') return 'server';
  if (first === '_users') return 'accounts';
  return scopes.isAppendOnly(first) ? 'append-only' : 'scope';
}

const isRead = (method: string) => method === 'GET' || method === 'HEAD';

function ownAccount({ method, segments }: AskedCall, user: UserContext): Call | undefined {
  const isOwn = segments.length === 2 && segments[1] === USER_PREFIX + (user.name ?? '');
  return isOwn && isRead(method) ? 'own-account' : undefined;
}

const AT_DATABASE: Record<string, Partial<Record<string, Call>>> = {
  _changes: { GET: 'changes', POST: 'changes' },
  _all_docs: { GET: 'all-docs', POST: 'all-docs' },
  _bulk_get: { POST: 'bulk-get' },
  _revs_diff: { POST: 'revs-diff' },
  _bulk_docs: { POST: 'bulk-docs' },
  _find: { POST: 'find' },
  _index: { GET: 'index' },
};

/** The name of a call; undefined for what is in no row of the table. */
function callOf({ method, segments }: AskedCall): Call | undefined {
  const [first, second, third, ...rest] = segments;
  if (first === undefined) return isRead(method) ? 'welcome' : undefined;
  if (segments.length === 1 && first === '_up') return isRead(method) ? 'up' : undefined;
  if (segments.length === 1 && first === '_session') return 'session';
  if (!/^[a-z]/.test(first) || segments.some((one) => one === '' || one === '.' || one === '..')) {
    return undefined;
  }
  if (second === undefined) return isRead(method) ? 'info' : undefined;
  if (Object.hasOwn(AT_DATABASE, second)) {
    return third === undefined ? AT_DATABASE[second]?.[method] : undefined;
  }
  if (second === '_local') {
    return third !== undefined && rest.length === 0 && (method === 'GET' || method === 'PUT')
      ? 'local'
      : undefined;
  }
  if (!isRead(method)) return undefined;
  if (second === '_design') return third !== undefined && rest.length === 0 ? 'document' : undefined;
  if (second.startsWith('_')) return undefined;
  return third === undefined ? 'document' : 'attachment';
}

/** A parameter given twice is read by one server first and by another last. A filter would be run over a whole database. */
function illQuery(call: Call, query: URLSearchParams): Refusal | undefined {
  const names = [...query.keys()];
  if (new Set(names).size < names.length) return badRequest('A parameter of the request is given twice.');
  const filter = query.get('filter');
  if (call === 'changes' && filter !== null && filter !== '_doc_ids') {
    return forbidden('Filters other than _doc_ids are for administrators.');
  }
  return undefined;
}
