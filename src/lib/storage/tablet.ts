// Who may open what on this tablet. Invariants: a wrong secret is an outcome; a PIN try is counted on the medium before
// it is made, and the fifth wrong one takes the PIN away; a wrap in the list always opens the store it stands beside.
import {
  forUse,
  newDataKey,
  PASSWORD_ROUNDS,
  unwrapDataKey,
  wrapDataKey,
  type WrappedKey,
  type WrapPurpose,
} from './keys.ts';
import { openPeopleTable, type PersonRow, type PeopleTable } from './tablet-tables.ts';
import type { DatabaseFactory } from './tables.ts';

const PIN_TRIES = 5;

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
  /** A PIN opens her store now. */
  hasPin: boolean;
  pinTriesLeft: number;
  lastUsedAt: number;
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
  /** End of shift, end of the lease: the password is asked next. */
  dropPin(userName: string): Promise<void>;
  /**
   * The server takes a password that does not open her store here, and the old one is not known: she begins anew. The
   * old store stays, to be opened by `unlockFormer`.
   */
  startAnew(userName: string, password: string): Promise<Unlocked>;
  /** Stores she left behind that this password opens. */
  unlockFormer(userName: string, password: string): Promise<{ storeName: string; key: CryptoKey }[]>;
  close(): void;
}

export interface TabletOptions extends DatabaseFactory {
  nowMs(): number;
  name?: string;
  crypto?: Crypto;
  /** PBKDF2 rounds of new wraps. */
  rounds?: number;
}

interface TabletContext {
  people: PeopleTable;
  source: Crypto;
  rounds: number;
  nowMs(): number;
}

/** Throws StorageFault `unavailable` where there is no IndexedDB. */
export async function openTablet(options: TabletOptions): Promise<Tablet> {
  const people = await openPeopleTable(options.name ?? 'qiaomen-tablet', options);
  const tablet: TabletContext = {
    people,
    source: options.crypto ?? crypto,
    rounds: options.rounds ?? PASSWORD_ROUNDS,
    nowMs: options.nowMs,
  };
  return {
    listPeople: () => listPeople(tablet),
    enrol: (userName, password) => enrol(tablet, userName, password),
    unlockByPassword: (userName, password) => unlockByPassword(tablet, userName, password),
    unlockByPin: (userName, pin) => unlockByPin(tablet, userName, pin),
    dropPin: (userName) => dropPin(tablet, userName),
    startAnew: (userName, password) => startAnew(tablet, userName, password),
    unlockFormer: (userName, password) => unlockFormer(tablet, userName, password),
    close: () => people.close(),
  };
}

async function listPeople({ people }: TabletContext): Promise<KnownPerson[]> {
  const rows = await people.transaction((table) => table.toArray());
  return rows
    .map(({ userName, pin, pinTries, lastUsedAt }) => ({
      userName,
      hasPin: pin !== undefined,
      pinTriesLeft: pin ? PIN_TRIES - pinTries : 0,
      lastUsedAt,
    }))
    .sort((a, b) => b.lastUsedAt - a.lastUsedAt);
}

async function enrol(
  tablet: TabletContext,
  userName: string,
  password: string,
): Promise<Unlocked | { outcome: 'known' }> {
  const made = await newStore(tablet, userName, password);
  const added = await tablet.people.transaction(async (table) => {
    if (await table.get(userName)) return false;
    await table.put({ userName, ...made.store, pinTries: 0, lastUsedAt: tablet.nowMs(), former: [] });
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
  const rewrap = async (by: WrapPurpose['by'], secret: string) => {
    const wrap = await wrapDataKey({ source, purpose: { userName, by }, secret }, key, rounds);
    await change(tablet, userName, (row) => (row.storeName === storeName ? withWrap(row, by, wrap) : row));
  };
  return {
    outcome: 'open',
    storeName,
    key: await forUse(source, key),
    wrapForPin: (pin) => rewrap('pin', pin),
    wrapForPassword: (password) => rewrap('password', password),
  };
}

function withWrap(row: PersonRow, by: WrapPurpose['by'], wrap: WrappedKey): PersonRow {
  return by === 'pin' ? { ...row, pin: wrap, pinTries: 0 } : { ...row, password: wrap };
}

/** Rewrites her row, if there is one, in one transaction; answers the new row. */
function change(
  tablet: TabletContext,
  userName: string,
  how: (row: PersonRow) => PersonRow,
): Promise<PersonRow | undefined> {
  return tablet.people.transaction(async (table) => {
    const row = await table.get(userName);
    if (!row) return undefined;
    const changed = how(row);
    await table.put(changed);
    return changed;
  });
}

async function unlockByPassword(
  tablet: TabletContext,
  userName: string,
  password: string,
): ReturnType<Tablet['unlockByPassword']> {
  const row = await tablet.people.transaction((table) => table.get(userName));
  if (!row) return { outcome: 'unknown' };
  const purpose = { userName, by: 'password' as const };
  const key = await unwrapDataKey({ source: tablet.source, purpose, secret: password }, row.password);
  if (!key) return { outcome: 'wrong' };
  await change(tablet, userName, (each) => ({ ...each, lastUsedAt: tablet.nowMs() }));
  return unlocked(tablet, userName, { storeName: row.storeName, key });
}

function withoutPin({ pin: _pin, ...row }: PersonRow): PersonRow {
  return { ...row, pinTries: 0 };
}

async function unlockByPin(
  tablet: TabletContext,
  userName: string,
  pin: string,
): ReturnType<Tablet['unlockByPin']> {
  const counted = await change(tablet, userName, (row) =>
    row.pin ? { ...row, pinTries: row.pinTries + 1 } : row,
  );
  if (!counted?.pin) return { outcome: 'password-needed' };
  if (counted.pinTries > PIN_TRIES) return forgetPin(tablet, userName);
  const purpose = { userName, by: 'pin' as const };
  const key = await unwrapDataKey({ source: tablet.source, purpose, secret: pin }, counted.pin);
  if (!key && counted.pinTries === PIN_TRIES) return forgetPin(tablet, userName);
  if (!key) return { outcome: 'wrong', triesLeft: PIN_TRIES - counted.pinTries };
  await change(tablet, userName, (row) => ({ ...row, pinTries: 0, lastUsedAt: tablet.nowMs() }));
  return unlocked(tablet, userName, { storeName: counted.storeName, key });
}

async function forgetPin(tablet: TabletContext, userName: string): Promise<{ outcome: 'password-needed' }> {
  await change(tablet, userName, withoutPin);
  return { outcome: 'password-needed' };
}

async function dropPin(tablet: TabletContext, userName: string): Promise<void> {
  await change(tablet, userName, withoutPin);
}

async function startAnew(tablet: TabletContext, userName: string, password: string): Promise<Unlocked> {
  const made = await newStore(tablet, userName, password);
  await tablet.people.transaction(async (table) => {
    const row = await table.get(userName);
    const former = row ? [...row.former, { storeName: row.storeName, password: row.password }] : [];
    await table.put({ userName, ...made.store, pinTries: 0, lastUsedAt: tablet.nowMs(), former });
  });
  return unlocked(tablet, userName, { storeName: made.store.storeName, key: made.key });
}

async function unlockFormer(tablet: TabletContext, userName: string, password: string) {
  const row = await tablet.people.transaction((table) => table.get(userName));
  const { source } = tablet;
  const purpose = { userName, by: 'password' as const };
  const opened = (row?.former ?? []).map(async ({ storeName, password: wrap }) => {
    const key = await unwrapDataKey({ source, purpose, secret: password }, wrap);
    return key && { storeName, key: await forUse(source, key) };
  });
  return (await Promise.all(opened)).filter((store) => store !== undefined);
}
