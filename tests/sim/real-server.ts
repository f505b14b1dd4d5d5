// A real CouchDB-compatible server in a history: databases asked through the Remote port, with what a gateway does in
// front of them (sessions, roles, documents it refuses) and a log of everything written, so that a restored server is a
// replayed prefix of it. Invariants: what an answer says was answered by the server below, and by nothing here; what moved
// its sequence is in the log, so that one that is restored does not stand below a checkpoint it has.
import type { DocumentBody, Scope } from '#lib/protocol/document.ts';
import type { Remote, RemoteAnswer, RevisionedDocument } from '#lib/protocol/remote.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import type { FeedTemper } from './model-database.ts';
import {
  allDocsQuery,
  answerFault,
  refusedWhole,
  type ServerAnswer,
  type ServerRequest,
} from './model-server.ts';
import { mirrorOf, valueOf, type ServerMirror } from './server-mirror.ts';
import type { OnServerWrite, SimServer } from './sim-server.ts';

export interface RealDatabase {
  remote: Remote;
  /** Away with it and all it holds. */
  destroy(): Promise<void>;
}
/** A new, empty one, of one shard. */
export type OpenRealDatabase = (scope: Scope) => Promise<RealDatabase>;

type LogEntry = { database: Scope } & (
  | { kind: 'made' }
  | { kind: 'deleted' }
  | { kind: 'revision'; document: RevisionedDocument }
  | { kind: 'local'; id: string; body: DocumentBody }
);

interface Running extends RealDatabase {
  mirror: ServerMirror;
}

export interface RealServer extends SimServer {
  close(): Promise<void>;
}

export interface RealServerOptions {
  open: OpenRealDatabase;
  /** Rows a page has at most, whatever was asked for. */
  pageRows: number;
  /** A batch is put as one, in whose order the server writes as it likes; else one document after another. */
  wholeBatches: boolean;
  onWrite: OnServerWrite;
}

export function newRealServer({ open, pageRows, wholeBatches, onWrite }: RealServerOptions): RealServer {
  const running = new Map<Scope, Running>();
  const mirrors = new Map<Scope, ServerMirror>();
  const roles = new Map<string, Set<Scope>>();
  const refused = new Set<string>();
  let log: LogEntry[] = [];
  let timelines = 0;

  const make = async (database: Scope) => {
    const opened = await open(database);
    const mirror = mirrorOf(opened.remote, ++timelines);
    running.set(database, { ...opened, mirror });
    mirrors.set(database, mirror);
    log.push({ database, kind: 'made' });
  };
  const remove = async (database: Scope) => {
    await running.get(database)?.destroy();
    running.delete(database);
    mirrors.delete(database);
    log.push({ database, kind: 'deleted' });
  };
  /** Answers what is new, and is on the server now. */
  const put = async (database: Scope, documents: readonly RevisionedDocument[]) => {
    const { remote, mirror } = running.get(database)!;
    const bodyOf = ({ _id, _rev }: RevisionedDocument) => mirror.documents.get(_id)?.body(_rev);
    const unknown = (wholeBatches ? eldestFirst(documents) : documents).filter((each) => !bodyOf(each));
    const batches = wholeBatches ? [documents] : documents.map((each) => [each]);
    const rows: unknown[] = [];
    for (const batch of batches) rows.push(...valueOf(await remote.bulkDocs(batch)));
    await mirror.refresh(unknown);
    const written = unknown.filter((each) => bodyOf(each) !== undefined);
    for (const document of written) log.push({ database, kind: 'revision', document });
    return { rows, written };
  };
  const bulkDocs = async ({ database, body, person }: ServerRequest): Promise<ServerAnswer> => {
    const { docs } = body as { docs: RevisionedDocument[] };
    const whole = refusedWhole(docs);
    if (whole) return whole;
    const bad = docs.filter(({ poison }) => poison === 'row');
    for (const { _id, _rev } of bad) refused.add(`${database}|${_id}|${_rev}`);
    const { rows, written } = await put(
      database,
      docs.filter((each) => !bad.includes(each)),
    );
    for (const document of written) onWrite(database, document, person);
    const said = bad.map(({ _id, _rev }) => ({
      id: _id,
      rev: _rev,
      error: 'forbidden',
      reason: 'not like this',
    }));
    return { status: 201, json: [...said, ...rows] };
  };
  const local = async ({ database, method, path, body }: ServerRequest): Promise<ServerAnswer> => {
    const { remote } = running.get(database)!;
    const id = decodeURIComponent(path.slice('/_local/'.length));
    if (method === 'GET') {
      const answer = await remote.getLocal(id);
      if (answer.outcome === 'answered' && answer.value === undefined)
        return answerFault(404, 'not_found', 'missing');
      return asAnswer(answer, 200);
    }
    const answer = await remote.putLocal(id, body as DocumentBody);
    const { _rev, ...content } = body as DocumentBody;
    if (answer.outcome === 'answered') log.push({ database, kind: 'local', id, body: content });
    return asAnswer(answer, 201);
  };
  const replay = async (entry: LogEntry) => {
    const { database } = entry;
    if (entry.kind === 'made') return make(database);
    if (entry.kind === 'deleted') return remove(database);
    if (entry.kind === 'revision') return void (await put(database, [entry.document]));
    const { remote } = running.get(database)!;
    const known = valueOf(await remote.getLocal(entry.id));
    valueOf(await remote.putLocal(entry.id, { ...entry.body, ...(known && { _rev: known._rev! }) }));
    log.push(entry);
  };
  const destroyAll = async () => {
    for (const { destroy } of running.values()) await destroy();
    running.clear();
    mirrors.clear();
  };
  return {
    databases: mirrors,
    roles,
    refused,
    async handle(request, temper) {
      const { person, database, path } = request;
      if (person === undefined)
        return answerFault(401, 'unauthorized', 'You are not authorized to access this db.');
      const found = running.get(database);
      if (!found) return answerFault(404, 'not_found', 'Database does not exist.');
      if (!roles.get(person)?.has(database))
        return answerFault(403, 'forbidden', 'You are not allowed to access this db.');
      if (path === '/_bulk_docs') return bulkDocs(request);
      if (path.startsWith('/_local/')) return local(request);
      return read(found.remote, request, { ...temper, pageRows });
    },
    make,
    async remake(database) {
      await remove(database);
      await make(database);
    },
    async restore(entries) {
      const kept = log.slice(0, entries);
      await destroyAll();
      log = [];
      for (const entry of kept) await replay(entry);
      const last = kept.at(-1);
      if (last?.kind === 'deleted') await make(last.database);
    },
    logLength: () => log.length,
    async write(database, document) {
      const { written } = await put(database, [document]);
      for (const each of written) onWrite(database, each, undefined);
    },
    close: destroyAll,
  };
}

/** As PouchDB writes the revisions of a document in one batch: replayed the other way round, the elder would be skipped. */
const eldestFirst = (documents: readonly RevisionedDocument[]) =>
  [...documents].sort((a, b) => generationOf(a._rev) - generationOf(b._rev));

function asAnswer(answer: RemoteAnswer<unknown>, status: number): ServerAnswer {
  if (answer.outcome === 'answered') return { status, json: answer.value };
  return answerFault(answer.status ?? 500, answer.kind, answer.reason ?? '');
}

async function read(
  remote: Remote,
  { path, body }: ServerRequest,
  { pageRows }: FeedTemper & { pageRows: number },
): Promise<ServerAnswer> {
  const [route, search = ''] = path.split('?');
  const asked = body as Record<string, unknown> | undefined;
  if (route === '/_changes') {
    const query = new URLSearchParams(search);
    const limit = Math.min(Number(query.get('limit') ?? Infinity), pageRows);
    return asAnswer(await remote.changes({ since: query.get('since') ?? '0', limit }), 200);
  }
  if (route === '/_revs_diff') return asAnswer(await remote.revsDiff(asked as Record<string, string[]>), 200);
  if (route === '/_bulk_get')
    return asAnswer(await remote.bulkGet(asked!.docs as { id: string; rev?: string }[]), 200);
  if (route === '/_all_docs') {
    const query = allDocsQuery(search, asked);
    return asAnswer(
      await remote.allDocs('keys' in query ? query : { ...query, limit: Math.min(query.limit, 1e6) }),
      200,
    );
  }
  return answerFault(404, 'not_found', 'missing');
}
