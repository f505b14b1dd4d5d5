// A small CouchDB in memory: databases, roles, sessions, a validation rule, and a log of everything written, so that a
// restored server is a replayed prefix of it. Invariants: what was answered with success is in the log; a restored
// server is by every sign of its own the server it was then.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import {
  newModelDatabase,
  type DatabaseTraits,
  type FeedTemper,
  type ModelDatabase,
} from './model-database.ts';

type LogEntry = { database: Scope } & (
  | { kind: 'made' }
  | { kind: 'deleted' }
  | { kind: 'revision'; document: RevisionedDocument }
  | { kind: 'local'; id: string; rev: number; body: DocumentBody }
);

export interface ServerRequest {
  method: string;
  /** Below the database: `/_changes?since=0`. */
  path: string;
  database: Scope;
  body: unknown;
  /** Undefined: nobody is signed in. */
  person: string | undefined;
}

export interface ServerAnswer {
  status: number;
  json: unknown;
}

/** What a document says the server will make of it: `poison` of its body. */
export type Poison = 'row' | 'batch' | 'large' | 'crash';

export interface ModelServer {
  databases: Map<Scope, ModelDatabase>;
  /** By person, the databases she may read and write. */
  roles: Map<string, Set<Scope>>;
  /** Documents the validation function refused, by `scope|id|rev`. */
  refused: Set<string>;
  handle(request: ServerRequest, temper: FeedTemper): ServerAnswer;
  make(database: Scope): void;
  remake(database: Scope): void;
  /** Back to what it was after so many entries of its log. */
  restore(entries: number): void;
  logLength(): number;
  write(database: Scope, document: RevisionedDocument): void;
}

export const answerFault = (status: number, error: string, reason: string): ServerAnswer => ({
  status,
  json: { error, reason },
});
const fault = answerFault;

/** What is answered to a batch in which one document makes the server give up. */
export function refusedWhole(docs: readonly DocumentBody[]): ServerAnswer | undefined {
  const poisons = new Set(docs.map(({ poison }) => poison as Poison | undefined));
  if (poisons.has('batch')) return fault(400, 'bad_request', 'a field nobody knows');
  if (poisons.has('large')) return fault(413, 'too_large', 'the request entity is too large');
  if (poisons.has('crash')) return fault(500, 'internal_server_error', 'badmatch');
  return undefined;
}

export function allDocsQuery(search: string, body: Record<string, unknown> | undefined) {
  if (body) return { keys: body.keys as string[] };
  const query = new URLSearchParams(search);
  const from = query.get('startkey');
  return {
    limit: Number(query.get('limit') ?? Infinity),
    ...(from !== null && { from: JSON.parse(from) as string }),
  };
}

/** `onWrite` is told of each revision that is new to the server. */
export function newModelServer(
  traits: DatabaseTraits,
  onWrite: (database: Scope, document: RevisionedDocument, person: string | undefined) => void,
): ModelServer {
  const server = { databases: new Map<Scope, ModelDatabase>(), log: [] as LogEntry[], timelines: 0 };
  const roles = new Map<string, Set<Scope>>();
  const refused = new Set<string>();

  const apply = (entry: LogEntry): boolean => {
    const database = server.databases.get(entry.database);
    if (entry.kind === 'made')
      server.databases.set(entry.database, newModelDatabase(traits, ++server.timelines));
    else if (entry.kind === 'deleted') server.databases.delete(entry.database);
    else if (entry.kind === 'revision') return database!.write(entry.document);
    else database!.locals.set(entry.id, { rev: entry.rev, body: entry.body });
    return true;
  };
  const commit = (entry: LogEntry) => {
    const isNew = apply(entry);
    if (isNew) server.log.push(entry);
    return isNew;
  };
  const store = (name: Scope, document: RevisionedDocument, person: string | undefined) => {
    if (commit({ database: name, kind: 'revision', document })) onWrite(name, document, person);
  };

  const bulkDocs = (name: Scope, docs: RevisionedDocument[], person: string | undefined): ServerAnswer => {
    const whole = refusedWhole(docs);
    if (whole) return whole;
    const rows = docs.flatMap((document) => {
      if (document.poison !== 'row') {
        store(name, document, person);
        return [];
      }
      refused.add(`${name}|${document._id}|${document._rev}`);
      return [{ id: document._id, rev: document._rev, error: 'forbidden', reason: 'not like this' }];
    });
    return { status: 201, json: rows };
  };
  const local = (database: ModelDatabase, { method, path, body, database: name }: ServerRequest) => {
    const id = decodeURIComponent(path.slice('/_local/'.length));
    const known = database.locals.get(id);
    const rev = known && `0-${String(known.rev)}`;
    if (method === 'GET')
      return known
        ? { status: 200, json: { ...known.body, _id: `_local/${id}`, _rev: rev } }
        : fault(404, 'not_found', 'missing');
    const { _rev, ...content } = body as DocumentBody;
    // CouchDB since its second version does not compare, PouchDB does; so it goes with how they treat ancestors.
    if (!traits.ancestorsArePresent && _rev !== rev)
      return fault(409, 'conflict', 'Document update conflict.');
    const next = 1 + Number(_rev?.slice('0-'.length) ?? 0);
    commit({ database: name, kind: 'local', id, rev: next, body: content });
    return { status: 201, json: { ok: true, id: `_local/${id}`, rev: `0-${String(next)}` } };
  };
  const answer = (database: ModelDatabase, request: ServerRequest, temper: FeedTemper): ServerAnswer => {
    const { path, database: name, person } = request;
    const [route, search = ''] = path.split('?');
    const body = request.body as Record<string, unknown>;
    if (route === '/_changes') {
      const query = new URLSearchParams(search);
      const asked = { since: query.get('since') ?? '0', limit: Number(query.get('limit') ?? Infinity) };
      return { status: 200, json: database.changes(asked, temper) };
    }
    if (route === '/_bulk_docs') return bulkDocs(name, body.docs as RevisionedDocument[], person);
    if (route === '/_revs_diff')
      return { status: 200, json: database.revsDiff(body as Record<string, string[]>) };
    if (route === '/_bulk_get')
      return { status: 200, json: database.bulkGet(body.docs as { id: string; rev?: string }[]) };
    if (route === '/_all_docs') return { status: 200, json: database.allDocs(allDocsQuery(search, body)) };
    if (route?.startsWith('/_local/')) return local(database, request);
    return fault(404, 'not_found', 'missing');
  };
  return {
    get databases() {
      return server.databases;
    },
    roles,
    refused,
    handle(request, temper) {
      const { person, database } = request;
      if (person === undefined)
        return fault(401, 'unauthorized', 'You are not authorized to access this db.');
      const found = server.databases.get(database);
      if (!found) return fault(404, 'not_found', 'Database does not exist.');
      if (!roles.get(person)?.has(database))
        return fault(403, 'forbidden', 'You are not allowed to access this db.');
      return answer(found, request, temper);
    },
    make: (database) => void commit({ database, kind: 'made' }),
    remake(database) {
      commit({ database, kind: 'deleted' });
      commit({ database, kind: 'made' });
    },
    restore(entries) {
      const kept = server.log.slice(0, entries);
      server.databases = new Map();
      server.log = [];
      for (const entry of kept) commit(entry);
      const last = kept.at(-1);
      if (last?.kind === 'deleted') commit({ database: last.database, kind: 'made' });
    },
    logLength: () => server.log.length,
    write: (database, document) => store(database, document, undefined),
  };
}
