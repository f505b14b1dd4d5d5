// What provisioning asks of a CouchDB, as an administrator: answers are parsed, and what was not foreseen throws a
// `ProvisionError`. Invariant: reads before it writes; a write happens only where something differs.
import * as z from 'zod';
import { sameJson } from '#lib/domain/same-json.ts';
import type { CouchClient } from '../couch-client.ts';
import { ProvisionError } from './provision-error.ts';

type Method = Parameters<CouchClient['request']>[0];

const errorSchema = z.looseObject({ error: z.string(), reason: z.unknown().optional() });
const documentSchema = z.looseObject({ _id: z.string(), _rev: z.string() });
const rowsSchema = z.looseObject({
  rows: z.array(z.looseObject({ key: z.string(), doc: z.nullish(documentSchema) })),
});
const idsSchema = z.looseObject({ rows: z.array(z.looseObject({ id: z.string() })) });
const resultsSchema = z.array(
  z.looseObject({ id: z.string().optional(), error: z.string().optional(), reason: z.unknown().optional() }),
);

export type StoredDocument = z.infer<typeof documentSchema>;

export interface CouchAdministrator {
  /** Names of all databases; throws with kind `credentials` where this user is no administrator. */
  listDatabases(): Promise<Set<string>>;
  createDatabase(name: string): Promise<void>;
  /** True where it was written. */
  ensureSecurity(database: string, security: object): Promise<boolean>;
  /** Undefined where there is none. */
  readDocument(database: string, id: string): Promise<StoredDocument | undefined>;
  putDocument(database: string, document: { _id: string } & Record<string, unknown>): Promise<void>;
  /** False where there is one of this id already. */
  putNew(database: string, document: { _id: string } & Record<string, unknown>): Promise<boolean>;
  /** The highest id that begins so; undefined where there is none. */
  lastId(database: string, prefix: string): Promise<string | undefined>;
  /** True where it was written: it was not there, or another field stood in it. */
  ensureDocument(database: string, document: { _id: string } & Record<string, unknown>): Promise<boolean>;
  readDocuments(database: string, ids: readonly string[]): Promise<Map<string, StoredDocument>>;
  listDocuments(database: string): Promise<StoredDocument[]>;
  /** Throws for the first document that is refused. */
  putDocuments(database: string, documents: readonly object[], newEdits?: boolean): Promise<void>;
}

/** Only an administrator may ask for it. */
const DATABASES = '/_all_dbs';

/** Documents in one `_bulk_docs`: what the gateway lets through (security.md 1). */
export const BATCH = 200;

const path = (...segments: string[]) => `/${segments.map(encodeURIComponent).join('/')}`;
const documentPath = (database: string, id: string) =>
  id.startsWith('_design/')
    ? `${path(database)}/_design${path(id.slice('_design/'.length))}`
    : path(database, id);

export function couchAdministrator(client: CouchClient): CouchAdministrator {
  const ask = asker(client);
  const readDocument: CouchAdministrator['readDocument'] = async (database, id) => {
    const answer = await ask('GET', documentPath(database, id), { allow: [404] });
    return answer.status === 404 ? undefined : parsed(documentSchema, answer.body);
  };
  const putDocument: CouchAdministrator['putDocument'] = async (database, document) => {
    await ask('PUT', documentPath(database, document._id), { body: document });
  };
  const putNew: CouchAdministrator['putNew'] = async (database, document) => {
    const place = documentPath(database, document._id);
    return (await ask('PUT', place, { body: document, allow: [409] })).status !== 409;
  };
  const lastId: CouchAdministrator['lastId'] = async (database, prefix) => {
    const range = { startkey: JSON.stringify(`${prefix}\ufff0`), endkey: JSON.stringify(prefix) };
    const query = new URLSearchParams({ ...range, descending: 'true', limit: '1' });
    const { body } = await ask('GET', `${path(database)}/_all_docs?${query.toString()}`);
    return parsed(idsSchema, body).rows[0]?.id;
  };
  const readRows = async (database: string, body?: object) => {
    const query = `${path(database)}/_all_docs?include_docs=true`;
    const answer = body ? await ask('POST', query, { body }) : await ask('GET', query);
    return parsed(rowsSchema, answer.body).rows.flatMap(({ doc }) => (doc && !doc._deleted ? [doc] : []));
  };
  return {
    readDocument,
    putDocument,
    putNew,
    lastId,
    listDatabases: async () => new Set(parsed(z.array(z.string()), (await ask('GET', DATABASES)).body)),
    async createDatabase(name) {
      await ask('PUT', path(name), { allow: [412] });
    },
    async ensureSecurity(database, security) {
      const place = `${path(database)}/_security`;
      if (sameJson((await ask('GET', place)).body, security)) return false;
      await ask('PUT', place, { body: security });
      return true;
    },
    async ensureDocument(database, document) {
      const { _rev, ...stored } = (await readDocument(database, document._id)) ?? {
        _id: '',
        _rev: undefined,
      };
      if (sameJson(stored, document)) return false;
      await putDocument(database, _rev === undefined ? document : { ...document, _rev });
      return true;
    },
    readDocuments: async (database, ids) =>
      new Map((await readRows(database, { keys: ids })).map((doc) => [doc._id, doc])),
    listDocuments: (database) => readRows(database),
    async putDocuments(database, documents, newEdits = true) {
      for (let from = 0; from < documents.length; from += BATCH) {
        const docs = documents.slice(from, from + BATCH);
        const answer = await ask('POST', `${path(database)}/_bulk_docs`, {
          body: { docs, new_edits: newEdits },
        });
        const refused = parsed(resultsSchema, answer.body).find((row) => row.error !== undefined);
        if (refused) throw refusal(`${database}/${refused.id ?? ''}`, refused);
      }
    },
  };
}

interface Asked {
  body?: unknown;
  /** Statuses that are an answer too, beside 2xx. */
  allow?: readonly number[];
}

function asker(client: CouchClient) {
  return async (method: Method, place: string, { body, allow = [] }: Asked = {}) => {
    const answer = await client.request(method, place, body);
    if (answer.outcome === 'unreachable') throw new ProvisionError('unreachable', answer.reason);
    if (answer.status < 300 || allow.includes(answer.status)) return answer;
    const isStranger = answer.status === 401 || (answer.status === 403 && place === DATABASES);
    throw isStranger
      ? new ProvisionError('credentials', `${answer.status}`)
      : refusal(`${method} ${place}: ${answer.status}`, answer.body);
  };
}

/** A CouchDB says why in `error` and `reason`; what answers otherwise is none. */
function refusal(what: string, body: unknown): ProvisionError {
  const read = errorSchema.safeParse(body);
  if (!read.success) return new ProvisionError('not-couchdb', what);
  return new ProvisionError('refused', `${what} (${read.data.error}: ${String(read.data.reason)})`);
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new ProvisionError(
    'not-couchdb',
    `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'unreadable'}`,
  );
}
