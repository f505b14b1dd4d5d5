// What a store remembers of its person beside the documents: the roles the server last confirmed, whether the first
// download is whole, the opaque id of this tablet. All sealed.
import * as z from 'zod/mini';
import type { IdSource } from '#lib/domain/document-id.ts';
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';

const sessionNote = z.object({ roles: z.array(z.string()), confirmedAt: z.number() });

export interface KeptSession {
  roles: string[];
  downloaded: boolean;
}

/** Puts what the server just confirmed, where it did; answers what stands now. */
export async function keptSession(
  store: DeviceStore,
  confirmed?: { roles: string[]; confirmedAt: number },
): Promise<KeptSession> {
  if (confirmed) await rememberRoles(store, confirmed);
  const note = sessionNote.safeParse(await store.readNote('session'));
  return { roles: note.success ? note.data.roles : [], downloaded: await wasDownloaded(store) };
}

/** What the server said of this person. */
export async function rememberRoles(
  store: DeviceStore,
  confirmed: { roles: string[]; confirmedAt: number },
): Promise<void> {
  await store.putNote('session', confirmed);
}

/** The first download is whole: from now on the device opens without the network. */
export async function rememberDownloaded(store: DeviceStore): Promise<void> {
  await store.putNote('downloaded', true);
}

export async function wasDownloaded(store: DeviceStore): Promise<boolean> {
  return (await store.readNote('downloaded')) === true;
}

/** When everything last went through, milliseconds since 1970. */
export async function completedAt(store: DeviceStore): Promise<number | undefined> {
  const known = await store.readNote('completed');
  return typeof known === 'number' ? known : undefined;
}

export async function rememberCompleted(store: DeviceStore, atMs: number): Promise<void> {
  await store.putNote('completed', atMs);
}

/** Random, made once: what documents carry as `device`. */
export async function tabletId(store: DeviceStore, ids: IdSource): Promise<string> {
  const known = await store.readNote('tablet');
  if (typeof known === 'string') return known;
  const made = hexadecimal(ids.randomBytes(8));
  await store.putNote('tablet', made);
  return made;
}
