// The two connections a store has to its database, as Dexie sets durability per connection. Invariants: a connection the
// browser closed is opened again once, and again only after something went well on it; one that an upgrade in another tab
// asks for is let go for good; a database that was cleared meanwhile is never taken for an empty one.
import { Dexie } from 'dexie';
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import { toStorageFault } from './database-fault.ts';

/** `strict`: on the medium before it is answered. `relaxed`: handed to the system; for what can be pulled again. */
export type Durability = 'strict' | 'relaxed';

export interface DatabaseFactory {
  indexedDB?: IDBFactory;
  IDBKeyRange?: typeof IDBKeyRange;
}

/** Why a store is closed by no doing of ours. */
export type Loss =
  /** A newer build in another tab has made the database its own, or deletes it. */
  | 'upgraded'
  /** The browser closed it, and would not open it again or keep it open. */
  | 'closed'
  /** What lay here is gone. */
  | 'wiped';

export interface Connecting {
  name: string;
  factory: DatabaseFactory;
  /** Declares the schema, before opening. */
  declare(db: Dexie): void;
  /** Whether a database opened again is the one that was closed. */
  isSame(db: Dexie): Promise<boolean>;
  /** Told once. */
  onLost(loss: Loss): void;
}

type Pair = Record<Durability, Dexie>;

export interface Connections {
  /** Throws StorageFaults. */
  get(durability: Durability): Promise<Dexie>;
  /** Something went well. */
  worked(): void;
  /** Using it failed with `closed`, whether the browser said so or not. */
  failed(db: Dexie): void;
  close(): void;
}

export async function openConnections(connecting: Connecting): Promise<Connections> {
  const { isSame, onLost } = connecting;
  let ended: Loss | 'closed' | undefined;
  let mayReopen = true;
  let current: Pair | undefined;
  let reopening: Promise<Pair> | undefined;
  const letGo = () => {
    // Closing tells of itself, too: by then this is no longer the pair in use.
    const closing = Object.values(current ?? {});
    current = undefined;
    for (const db of closing) db.close();
  };
  const end = (loss: Loss) => {
    if (ended !== undefined) return;
    ended = loss;
    letGo();
    onLost(loss);
  };
  /** `db` is undefined while the pair it belongs to is being opened: the opening will fail. */
  const lose = (pair: Pair | undefined, loss: 'upgraded' | 'closed') => {
    if (ended !== undefined || (pair && pair !== current)) return;
    if (loss === 'upgraded' || !mayReopen) return end(loss);
    mayReopen = false;
    letGo();
  };
  const open = async (): Promise<Pair> => {
    let pair: Pair | undefined = undefined;
    const told = (loss: 'upgraded' | 'closed') => lose(pair, loss);
    const strict = await connect(connecting, 'strict', told);
    const relaxed = await connect(connecting, 'relaxed', told).catch((error: unknown) => {
      strict.close();
      throw error;
    });
    return (current = pair = { strict, relaxed });
  };
  const reopen = async (): Promise<Pair> => {
    try {
      const pair = await open();
      if (await isSame(pair.strict)) return pair;
      end('wiped');
    } catch (error) {
      end(toStorageFault(error).kind === 'newer-schema' ? 'upgraded' : 'closed');
    }
    throw new StorageFault(ended === 'wiped' ? 'wiped' : 'closed');
  };
  await open();
  return {
    async get(durability) {
      if (ended !== undefined) throw new StorageFault(ended === 'wiped' ? 'wiped' : 'closed');
      const pair = current ?? (await (reopening ??= reopen().finally(() => (reopening = undefined))));
      return pair[durability];
    },
    worked: () => void (mayReopen = true),
    failed(db) {
      if (current && Object.values(current).includes(db)) lose(current, 'closed');
    },
    close() {
      ended ??= 'closed';
      letGo();
    },
  };
}

async function connect(
  { name, factory, declare }: Connecting,
  durability: Durability,
  told: (loss: 'upgraded' | 'closed') => void,
): Promise<Dexie> {
  const db = new Dexie(name, {
    autoOpen: false,
    cache: 'disabled',
    chromeTransactionDurability: durability,
    ...(factory.indexedDB && { indexedDB: factory.indexedDB }),
    ...(factory.IDBKeyRange && { IDBKeyRange: factory.IDBKeyRange }),
  });
  declare(db);
  db.on('versionchange', () => {
    told('upgraded');
    return false;
  });
  db.on('close', () => told('closed'));
  const blocked = new Promise<never>((_resolve, reject) => {
    db.on('blocked', () => {
      db.close();
      reject(new StorageFault('blocked', `another tab holds ${name}`));
      return false;
    });
  });
  try {
    await Promise.race([db.open(), blocked]);
  } catch (error) {
    db.close();
    const fault = toStorageFault(error);
    const known = ['full', 'blocked', 'newer-schema'].includes(fault.kind);
    throw known ? fault : new StorageFault('unavailable', fault.message, error);
  }
  return db;
}
