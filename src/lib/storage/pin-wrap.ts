// The wrap of a data key by her PIN, within a shift (security.md 2). Invariants: what the PIN alone would open in minutes
// needs the share of the shift besides, where the browser can keep one; the share is wiped before the PIN is dropped, so
// that a tablet that dies in between has neither; a try is taken from the medium before it is made.
import { unwrapDataKey, wrapDataKey } from './keys.ts';
import { dropTries, putAllTries, takeTry } from './pin-tries.ts';
import type { ShiftShares } from './shift-share.ts';
import type { PeopleTable } from './tablet-tables.ts';

export interface PinContext {
  people: PeopleTable;
  source: Crypto;
  rounds: number;
  shares: ShiftShares | undefined;
}

const purposeOf = (userName: string) => ({ userName, by: 'pin' as const });

const secretOf = (pin: string, share: Uint8Array | undefined): string =>
  share ? `${pin}|${btoa(String.fromCharCode(...share))}` : pin;

/** Nothing is done where she has begun anew in another store meanwhile. */
export async function wrapForPin(
  { people, source, rounds, shares }: PinContext,
  { userName, storeName, key }: { userName: string; storeName: string; key: CryptoKey },
  pin: string,
): Promise<void> {
  const share = await shares?.make(storeName);
  const secret = secretOf(pin, share);
  const wrap = await wrapDataKey({ source, purpose: purposeOf(userName), secret }, key, rounds);
  await people.transaction(async (tables) => {
    if ((await tables.people.get(userName))?.storeName !== storeName) return;
    await tables.pins.put({ userName, wrap, ...(share && { shared: true }) });
    await putAllTries(tables, userName);
  });
}

export type PinTried =
  | { outcome: 'right'; storeName: string; key: CryptoKey }
  | { outcome: 'wrong'; triesLeft: number }
  | { outcome: 'password-needed' };

/** With the last wrong try, and where the share is gone, the PIN goes. */
export async function tryPin(context: PinContext, userName: string, pin: string): Promise<PinTried> {
  const { people, source, shares } = context;
  const taken = await takeTry(people, userName);
  if (!taken) return { outcome: 'password-needed' };
  const { storeName, wrap, shared, left } = taken;
  const share = shared ? await shares?.read(storeName) : undefined;
  const secret = secretOf(pin, share);
  const isWhole = !shared || share !== undefined;
  const key = isWhole && (await unwrapDataKey({ source, purpose: purposeOf(userName), secret }, wrap));
  if (key) return { outcome: 'right', storeName, key };
  if (isWhole && left > 0) return { outcome: 'wrong', triesLeft: left };
  await dropPin(context, userName);
  return { outcome: 'password-needed' };
}

/** `of`: the store it opened, where that is no longer hers. */
export async function dropPin(
  { people, shares }: Pick<PinContext, 'people' | 'shares'>,
  userName: string,
  of?: string,
): Promise<void> {
  const storeName = of ?? (await people.transaction((tables) => tables.people.get(userName)))?.storeName;
  if (storeName !== undefined) await shares?.wipe(storeName);
  await people.transaction((tables) => dropTries(tables, userName));
}
