// Who may open what on this tablet. Invariants: a wrong secret is an outcome; a PIN try is taken from the medium before it
// is made, and with the fifth wrong one the PIN goes; a wrap in the list always opens the store it stands beside; a full
// disk keeps nobody out, and lets nobody try more often.
import type { Lease } from '#lib/domain/lease.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import { beginNewLog } from './new-log.ts';
import { forUse, newDataKey, PASSWORD_ROUNDS, unwrapDataKey, wrapDataKey } from './keys.ts';
import type { SealedWork } from './sealed-work.ts';
import { putAllTries } from './pin-tries.ts';
import { dropPin, tryPin, wrapForPin, type PinContext } from './pin-wrap.ts';
import { fileShares, type ShiftShares } from './shift-share.ts';
import { openPeopleTable, type PersonRow } from './tablet-tables.ts';
import { putPlace, readPlace, type TabletPlace } from './tablet-place.ts';
import type { DatabaseFactory } from './connections.ts';

/** An opened key. Keep `key` while the store is open; let go of the rest as soon as the PIN is chosen. */
export interface Unlocked {
  outcome: 'open';
  storeName: string;
  /** Seals and unseals; cannot be exported. */
  key: CryptoKey;
  /** Makes this PIN open the store until the shift ends. */
  wrapForPin(pin: string): Promise<void>;
  /** The password has changed: from now on this one opens the store. */
  wrapForPassword(password: string): Promise<void>;
}

export interface KnownPerson {
  userName: string;
  /** What she is called, once it was known here. */
  displayName?: string;
  /** A PIN opens her store now. */
  hasPin: boolean;
  pinTriesLeft: number;
  lastUsedAt: number;
  /** Absent where the server has not been heard since she is known here. */
  lease?: Lease;
  /** See `endPerson`. */
  endedAt?: number;
}

export interface Tablet {
  /** Last used first. */
  listPeople(): Promise<KnownPerson[]>;
  /** A new person with a new key. `known`: she is in the list already, nothing changed. */
  enrol(userName: string, password: string): Promise<Unlocked | { outcome: 'known' }>;
  unlockByPassword(
    userName: string,
    password: string,
  ): Promise<Unlocked | { outcome: 'wrong' } | { outcome: 'unknown' }>;
  unlockByPin(
    userName: string,
    pin: string,
  ): Promise<Unlocked | { outcome: 'wrong'; triesLeft: number } | { outcome: 'password-needed' }>;
  /** What she is called: shown where she is asked for her password, before anything is unsealed. */
  rememberName(userName: string, displayName: string): Promise<void>;
  /** What becomes of her lease, in one transaction; answers it. Undefined where she is not known here. */
  changeLease(userName: string, how: (lease: Lease | undefined) => Lease): Promise<Lease | undefined>;
  /** End of shift, end of the lease: the password is asked next. */
  dropPin(userName: string): Promise<void>;
  /** See ended-people.ts. */
  endPerson(userName: string): Promise<number | undefined>;
  /** She is one of us again. */
  takeBack(userName: string): Promise<void>;
  /**
   * The server takes a password that does not open her store here, and the old one is not known: she begins anew. The
   * old store stays, to be opened by `unlockFormer`.
   */
  startAnew(userName: string, password: string): Promise<Unlocked>;
  /** Stores she left behind that this password opens. */
  unlockFormer(userName: string, password: string): Promise<{ storeName: string; key: CryptoKey }[]>;
  /** Counted without opening it: what her store holds, or what those she left behind hold together. */
  countSealedWork(userName: string, where: 'current' | 'former'): Promise<SealedWork>;
  /** Undefined until somebody has said it. */
  readPlace(): Promise<TabletPlace | undefined>;
  /** See tablet-place.ts. */
  putPlace(place: TabletPlace): Promise<void>;
  close(): void;
}

export interface TabletOptions extends DatabaseFactory {
  nowMs(): number;
  name?: string;
  crypto?: Crypto;
  /** PBKDF2 rounds of new wraps. */
  rounds?: number;
  shares?: ShiftShares;
}

interface TabletContext extends PinContext {
  factory: DatabaseFactory;
  nowMs(): number;
}

/** Throws StorageFault `unavailable` where there is no IndexedDB. */
export async function openTablet(options: TabletOptions): Promise<Tablet> {
  await beginNewLog(options);
  const people = await openPeopleTable(options.name ?? 'qiaomen-tablet', options);
  const tablet: TabletContext = {
    people,
    source: options.crypto ?? crypto,
    rounds: options.rounds ?? PASSWORD_ROUNDS,
    shares: options.shares ?? fileShares(options.crypto ?? crypto),
    factory: options,
    nowMs: options.nowMs,
  };
  return {
    listPeople: () => listPeople(tablet),
    enrol: (userName, password) => enrol(tablet, userName, password),
    unlockByPassword: (userName, password) => unlockByPassword(tablet, userName, password),
    unlockByPin: (userName, pin) => unlockByPin(tablet, userName, pin),
    rememberName: (userName, displayName) =>
      ifItCan(change(tablet, userName, (row) => ({ ...row, displayName }))),
    changeLease: (userName, how) => changeLease(tablet, userName, how),
    dropPin: (userName) => dropPin(tablet, userName),
    async endPerson(userName) {
      await dropPin(tablet, userName);
      const { endPerson } = await import('./ended-people.ts');
      return endPerson(userName, { people, factory: options, nowMs: options.nowMs() });
    },
    takeBack: (userName) => change(tablet, userName, ({ endedAt: _, ...row }) => row),
    startAnew: (userName, password) => startAnew(tablet, userName, password),
    unlockFormer: (userName, password) => unlockFormer(tablet, userName, password),
    countSealedWork: (userName, where) => countSealed(tablet, userName, where),
    readPlace: () => readPlace(people),
    putPlace: (place) => putPlace(people, { place, factory: options, nowMs: options.nowMs }),
    close: () => people.close(),
  };
}

async function listPeople({ people }: TabletContext): Promise<KnownPerson[]> {
  const known = await people.transaction(async (tables) => {
    const rows = await tables.people.toArray();
    const pins = await tables.pins.toCollection().primaryKeys();
    const tries = await tables.tries.toArray();
    return rows.map(({ userName, displayName, lastUsedAt, lease, endedAt }) => {
      const left = pins.includes(userName) ? tries.filter((each) => each.userName === userName).length : 0;
      const known = {
        ...(displayName !== undefined && { displayName }),
        ...(lease && { lease }),
        ...(endedAt !== undefined && { endedAt }),
      };
      return { userName, ...known, hasPin: left > 0, pinTriesLeft: left, lastUsedAt };
    });
  });
  return known.sort((a, b) => b.lastUsedAt - a.lastUsedAt);
}

async function enrol(
  tablet: TabletContext,
  userName: string,
  password: string,
): Promise<Unlocked | { outcome: 'known' }> {
  const made = await newStore(tablet, userName, password);
  const added = await tablet.people.transaction(async ({ people }) => {
    if (await people.get(userName)) return false;
    await people.put({ userName, ...made.store, lastUsedAt: tablet.nowMs(), former: [] });
    return true;
  });
  return added
    ? unlocked(tablet, userName, { storeName: made.store.storeName, key: made.key })
    : { outcome: 'known' };
}

async function newStore(tablet: TabletContext, userName: string, password: string) {
  const { source, rounds } = tablet;
  const key = await newDataKey(source);
  const wrap = await wrapDataKey(
    { source, purpose: { userName, by: 'password' }, secret: password },
    key,
    rounds,
  );
  const name = Array.from(source.getRandomValues(new Uint8Array(8)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  );
  return { key, store: { storeName: `qiaomen-${name.join('')}`, password: wrap } };
}

async function unlocked(
  tablet: TabletContext,
  userName: string,
  opened: { storeName: string; key: CryptoKey },
): Promise<Unlocked> {
  const { storeName, key } = opened;
  const { source, rounds } = tablet;
  return {
    outcome: 'open',
    storeName,
    key: await forUse(source, key),
    wrapForPin: (pin) => wrapForPin(tablet, { userName, storeName, key }, pin),
    async wrapForPassword(password) {
      const purpose = { userName, by: 'password' as const };
      const wrap = await wrapDataKey({ source, purpose, secret: password }, key, rounds);
      await change(tablet, userName, (row) =>
        row.storeName === storeName ? { ...row, password: wrap } : row,
      );
    },
  };
}

/** Rewrites her row, if there is one, in one transaction. */
function change(tablet: TabletContext, userName: string, how: (row: PersonRow) => PersonRow): Promise<void> {
  return tablet.people.transaction(async ({ people }) => {
    const row = await people.get(userName);
    if (row) await people.put(how(row));
  });
}

async function changeLease(
  tablet: TabletContext,
  userName: string,
  how: (lease: Lease | undefined) => Lease,
): Promise<Lease | undefined> {
  let lease: Lease | undefined;
  const counted = (row: PersonRow) => ({ ...row, lease: (lease = how(row.lease)) });
  await ifItCan(change(tablet, userName, counted));
  return lease;
}

/** What need not be written for her to come in: a full disk keeps nobody out, and a broken one is told of further in. */
async function ifItCan(write: Promise<void>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (storageFaultKind(error) === undefined) throw error;
  }
}

async function unlockByPassword(
  tablet: TabletContext,
  userName: string,
  password: string,
): ReturnType<Tablet['unlockByPassword']> {
  const row = await tablet.people.transaction(({ people }) => people.get(userName));
  if (!row) return { outcome: 'unknown' };
  const purpose = { userName, by: 'password' as const };
  const key = await unwrapDataKey({ source: tablet.source, purpose, secret: password }, row.password);
  if (!key) return { outcome: 'wrong' };
  await ifItCan(change(tablet, userName, (each) => ({ ...each, lastUsedAt: tablet.nowMs() })));
  const opened = await unlocked(tablet, userName, { storeName: row.storeName, key });
  // Since it was wrapped the rounds have grown.
  if (row.password.rounds < tablet.rounds) await ifItCan(opened.wrapForPassword(password));
  return opened;
}

async function unlockByPin(
  tablet: TabletContext,
  userName: string,
  pin: string,
): ReturnType<Tablet['unlockByPin']> {
  const tried = await tryPin(tablet, userName, pin);
  if (tried.outcome !== 'right') return tried;
  await ifItCan(
    tablet.people.transaction(async (tables) => {
      const row = await tables.people.get(userName);
      if (row) await tables.people.put({ ...row, lastUsedAt: tablet.nowMs() });
      if (await tables.pins.get(userName)) await putAllTries(tables, userName);
    }),
  );
  return unlocked(tablet, userName, tried);
}

async function startAnew(tablet: TabletContext, userName: string, password: string): Promise<Unlocked> {
  const made = await newStore(tablet, userName, password);
  const before = await tablet.people.transaction(async ({ people }) => {
    const row = await people.get(userName);
    const former = row ? [...row.former, { storeName: row.storeName, password: row.password }] : [];
    await people.put({ ...row, userName, ...made.store, lastUsedAt: tablet.nowMs(), former });
    return row?.storeName;
  });
  await dropPin(tablet, userName, before);
  return unlocked(tablet, userName, { storeName: made.store.storeName, key: made.key });
}

async function unlockFormer(tablet: TabletContext, userName: string, password: string) {
  const row = await tablet.people.transaction(({ people }) => people.get(userName));
  const { source } = tablet;
  const purpose = { userName, by: 'password' as const };
  const opened = (row?.former ?? []).map(async ({ storeName, password: wrap }) => {
    const key = await unwrapDataKey({ source, purpose, secret: password }, wrap);
    return key && { storeName, key: await forUse(source, key) };
  });
  return (await Promise.all(opened)).filter((store) => store !== undefined);
}

async function countSealed(
  { people, factory }: TabletContext,
  userName: string,
  where: 'current' | 'former',
) {
  const { countSealedWork } = await import('./sealed-work.ts');
  const row = await people.transaction((tables) => tables.people.get(userName));
  const stores = where === 'former' ? row?.former : row && [row];
  return countSealedWork(stores ?? [], factory);
}
