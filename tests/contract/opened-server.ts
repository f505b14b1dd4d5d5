// What a contract is told of the server it is held against, and how it asks it.
import { setTimeout as wait } from 'node:timers/promises';

/** A running server; `url` is where CouchDB's `/` lies, without a closing slash. */
export interface OpenedServer {
  url: string;
  admin: Credentials;
  /** Whether people may read and change their own documents of `_users`: CouchDB 3 asks for a setting. */
  ownUserDocuments: boolean;
  /** PouchDB is told its limit of revisions when it is opened, and never again. */
  hasFixedRevsLimit?: boolean;
  /** Apache CouchDB itself, without the gateway: its sequences cannot be made up, and it has headers of its own. */
  isCluster?: boolean;
  close(): Promise<void>;
}

export interface Credentials {
  name: string;
  password: string;
}

export type OpenServer = () => Promise<OpenedServer>;

export interface Asked {
  as?: Credentials | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answered {
  status: number;
  headers: Headers;
  /** The body parsed as JSON; its text where it is none. */
  json: Json;
}

/** JSON of an answer, looked into without ceremony: a contract names what it expects and fails if it is not there. */
export type Json = ReturnType<typeof JSON.parse>;

/** One request. A body is sent as JSON unless it is text or bytes. */
export async function ask(url: string, asked: Asked & { method?: string } = {}): Promise<Answered> {
  const { as, body, method = body === undefined ? 'GET' : 'POST' } = asked;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (as) headers.authorization = `Basic ${Buffer.from(`${as.name}:${as.password}`).toString('base64')}`;
  const raw = typeof body === 'string' || body instanceof Uint8Array;
  if (body !== undefined && !raw) headers['content-type'] = 'application/json';
  const sent = body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) };
  const response = await fetch(url, { method, headers: { ...headers, ...asked.headers }, ...sent });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: parse(text) };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

let made = 0;

/** A database of its own for one test, and short ways to ask it as the administrator. */
export async function makeDatabase(server: OpenedServer, prefix = 'contract') {
  const name = `${prefix}-${Date.now().toString(36)}-${(made++).toString(36)}`;
  const url = `${server.url}/${encodeURIComponent(name)}`;
  const created = await ask(url, { method: 'PUT', as: server.admin });
  if (created.status !== 201 && created.status !== 202)
    throw new Error(`no database: ${JSON.stringify(created.json)}`);
  const at = (path: string, asked: Asked & { method?: string } = {}): Promise<Answered> =>
    ask(`${url}/${path}`, { as: server.admin, ...asked });
  return {
    name,
    url,
    at,
    get: (path: string, headers: Record<string, string> = {}) => at(path, { headers }),
    put: (id: string, body: unknown) => at(id, { method: 'PUT', body }),
    bulk: (docs: unknown[], newEdits = true) => at('_bulk_docs', { body: { docs, new_edits: newEdits } }),
    post: (path: string, body: unknown) => at(path, { body }),
    drop: () => ask(url, { method: 'DELETE', as: server.admin }),
  };
}

export type TestDatabase = Awaited<ReturnType<typeof makeDatabase>>;

/** A user of `_users`, made by the administrator. */
export async function makeUser(server: OpenedServer, roles: string[]): Promise<Credentials> {
  const credentials = { name: `u${Date.now().toString(36)}${(made++).toString(36)}`, password: 'sesame' };
  const body = { ...credentials, type: 'user', roles };
  const url = `${server.url}/_users/org.couchdb.user:${credentials.name}`;
  const { status, json } = await ask(url, { method: 'PUT', as: server.admin, body });
  if (status !== 201 && status !== 202) throw new Error(`no user: ${JSON.stringify(json)}`);
  return credentials;
}

/** Tries until the condition holds; a cluster may answer an old truth for a moment. */
export async function eventually<T>(attempt: () => Promise<T>, holds: (value: T) => boolean): Promise<T> {
  for (let tries = 0; ; tries++) {
    const value = await attempt();
    if (holds(value) || tries >= 50) return value;
    await wait(100);
  }
}
