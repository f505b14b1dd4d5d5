// Which databases there are, where each lies, and its security object; and the server's own secret. One small LevelDB.
// Invariant: a database exists exactly when it has an entry here; folders without an entry are what a crash left behind
// and are removed at the next start. A name given again gets a new folder, so that a deletion need not be waited for.
// Changes go one after another, each on disk before it holds, so that whoever makes, governs and deletes at the same
// time gets what one order of them gives.
// A deleted database is gone at once for whoever asks, and its files when the last of its readers has ended: LevelDB
// ends the process when it is read or written after it was closed.
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { openDocumentStore, type DocumentStore } from './document-store.ts';
import { longLivedAbort } from './first-abort.ts';
import { closeLevel, openLevel, readOne, readRange, writeBatch } from './level-access.ts';
import { syncWrites, type LevelEngine, type LevelHandle } from './level-engine.ts';
import { createSerial } from '#lib/protocol/serial.ts';
import { type OpenStorage } from './storage.ts';
import { ADMINS_ONLY, type SecurityObject } from './security-object.ts';

const DATABASE = 'database/';
const AFTER_DATABASES = 'database0';
const SECRET = 'secret';
const FOLDER = 'databases';
const NAME_PART_AT_MOST = 60;

interface Entry {
  folder: string;
  security: SecurityObject;
  createdMs: number;
  /** Where it was set. */
  revsLimit?: number;
}

export interface Database {
  name: string;
  store: DocumentStore;
  createdMs: number;
  security(): SecurityObject;
  /** How many generations of a branch are remembered; undefined where nobody has said. */
  revsLimit(): number | undefined;
  /** Aborted when the database is deleted or the server closes. */
  ended: AbortSignal;
  /** Runs a task that reads or writes here: the files are neither closed nor removed before it is over. */
  use<T>(task: () => Promise<T>): Promise<T>;
}

export type DatabaseSettings = Partial<Pick<Entry, 'security' | 'revsLimit'>>;

export interface DatabaseCatalog {
  secret: string;
  list(): string[];
  /** Undefined where there is no such database. */
  find(name: string): Promise<Database | undefined>;
  create(name: string): Promise<'created' | 'exists'>;
  remove(name: string): Promise<'removed' | 'missing'>;
  /** `missing` where the database, this very one, was deleted in the meantime. */
  set(database: Database, change: DatabaseSettings): Promise<'set' | 'missing'>;
  close(): Promise<void>;
}

export interface CatalogOptions {
  dataDir: string;
  /** Where the catalog itself lies. */
  engine: LevelEngine;
  openStorage: OpenStorage;
  /** Whether data are kept in folders. */
  onDisk: boolean;
  now: () => number;
}

export async function openDatabaseCatalog({
  dataDir,
  engine,
  openStorage,
  onDisk,
  now,
}: CatalogOptions): Promise<DatabaseCatalog> {
  if (onDisk) await mkdir(path.join(dataDir, FOLDER), { recursive: true, mode: 0o700 });
  const level = syncWrites(engine(path.join(dataDir, 'catalog')));
  await openLevel(level);
  const secret = await readSecret(level);
  const entries = await readEntries(level);
  if (onDisk) await removeLeftovers(path.join(dataDir, FOLDER), entries);
  const open = new Map<string, Promise<OpenDatabase>>();
  const removing = new Set<Promise<void>>();
  const inTurn = createSerial();

  const put = (name: string, entry: Entry): Promise<void> =>
    writeBatch(level, [{ type: 'put', key: DATABASE + name, value: JSON.stringify(entry) }]);

  function openOne(name: string, entry: Entry): Promise<OpenDatabase> {
    const location = path.join(dataDir, FOLDER, entry.folder);
    const opening = openDatabase({
      name,
      location,
      openStorage,
      createdMs: entry.createdMs,
      security: () => entry.security,
      revsLimit: () => entry.revsLimit,
    });
    open.set(name, opening);
    opening.catch(() => open.delete(name));
    return opening;
  }

  return {
    secret,
    list: () => [...entries.keys()].sort(),
    async find(name) {
      const entry = entries.get(name);
      return entry && (open.get(name) ?? openOne(name, entry));
    },
    create: (name) =>
      inTurn(async () => {
        if (entries.has(name)) return 'exists';
        const entry: Entry = { folder: folderFor(name), security: ADMINS_ONLY, createdMs: now() };
        await put(name, entry);
        entries.set(name, entry);
        return 'created';
      }),
    remove: (name) =>
      inTurn(async () => {
        const entry = entries.get(name);
        if (!entry) return 'missing';
        const database = await (open.get(name) ?? openOne(name, entry));
        await writeBatch(level, [{ type: 'del', key: DATABASE + name }]);
        entries.delete(name);
        open.delete(name);
        database.end();
        const destroyed = database
          .unused()
          .then(() => database.store.exclusive(() => database.store.destroy()));
        removing.add(destroyed);
        void destroyed.catch(() => undefined).then(() => removing.delete(destroyed));
        if (!database.inUse()) await destroyed;
        return 'removed';
      }),
    set: (database, change) =>
      inTurn(async () => {
        const { name } = database;
        const entry = entries.get(name);
        if (!entry || (await open.get(name)) !== database) return 'missing';
        await put(name, { ...entry, ...change });
        Object.assign(entry, change);
        return 'set';
      }),
    async close() {
      await inTurn(() => Promise.resolve());
      await Promise.allSettled(removing);
      for (const opening of open.values()) {
        const database = await opening;
        database.end();
        await database.unused();
        await database.store.exclusive(() => database.store.close());
      }
      await closeLevel(level);
    },
  };
}

type OpenDatabase = Database & { end: () => void; inUse: () => boolean; unused: () => Promise<void> };

async function openDatabase(
  from: Pick<Database, 'name' | 'createdMs' | 'security' | 'revsLimit'> & {
    location: string;
    openStorage: OpenStorage;
  },
): Promise<OpenDatabase> {
  const { location, openStorage, ...known } = from;
  const ending = longLivedAbort();
  const store = await openDocumentStore(location, openStorage);
  return { ...known, ...createUses(), store, ended: ending.signal, end: () => ending.abort() };
}

/** Counts who is at work on a database, and tells when nobody is. */
function createUses(): Pick<OpenDatabase, 'use' | 'inUse' | 'unused'> {
  let uses = 0;
  const waiting: (() => void)[] = [];
  return {
    async use(task) {
      uses++;
      try {
        return await task();
      } finally {
        if (--uses === 0) for (const resolve of waiting.splice(0)) resolve();
      }
    },
    inUse: () => uses > 0,
    unused: () => (uses === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}

async function readSecret(level: LevelHandle): Promise<string> {
  const known = await readOne(level, SECRET);
  if (known !== undefined) return known;
  const made = randomBytes(32).toString('hex');
  await writeBatch(level, [{ type: 'put', key: SECRET, value: made }]);
  return made;
}

async function readEntries(level: LevelHandle): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const [key, json] of readRange(level, { gte: DATABASE, lt: AFTER_DATABASES })) {
    entries.set(key.slice(DATABASE.length), JSON.parse(json) as Entry);
  }
  return entries;
}

/** A folder no file system objects to, and that a person still recognises. */
function folderFor(name: string): string {
  const readable = name.replace(/[^a-z0-9_-]/g, (character) => `.${character.charCodeAt(0).toString(16)}`);
  return `${readable.slice(0, NAME_PART_AT_MOST)}~${randomBytes(6).toString('hex')}`;
}

async function removeLeftovers(folder: string, entries: Map<string, Entry>): Promise<void> {
  const wanted = new Set([...entries.values()].map((entry) => entry.folder));
  for (const name of await readdir(folder)) {
    if (!wanted.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
  }
}
