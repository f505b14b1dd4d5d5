// Work that lies on this tablet and cannot go up by itself: of colleagues who are not here, of passwords nobody knows any
// more, of stores that do not open. Anybody counts it, puts it sealed into a file, or hands it in sealed; nobody here reads
// it (security.md 2). Invariant: nothing is taken from the tablet, whatever was handed in: its owner's store goes on.
import {
  envelopeDocument,
  ENVELOPE_ATTACHMENT,
  ENVELOPE_BYTES_TYPE,
  scopeForEnvelope,
} from '#lib/domain/envelope-document.ts';
import { attachmentDigest, base64Of } from '#lib/protocol/attachment.ts';
import { hexadecimal } from '#lib/protocol/hexadecimal.ts';
import type { Remote, RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';
import { RESCUE_FILE, wireEnvelope, type RescueFile } from '#lib/protocol/rescue-file.ts';
import { nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import { markHandedOver, readLeft, type Left, type LeftRow } from '#lib/storage/left-rows.ts';
import { listTabletStores, type TabletStore } from '#lib/storage/tablet-stores.ts';
import type { LeftWork, RescueExport } from './left-work-device.ts';

/** `except`: the store that is open, whose work goes up by itself. */
export async function listLeftWork(except?: string): Promise<LeftWork[]> {
  const found = await readStores({ withBytes: false, except });
  const byOwner = new Map<string, LeftWork>();
  for (const { store, left } of found) {
    const { userName = '', displayName } = store;
    const known = byOwner.get(userName) ?? { user: userName, name: displayName ?? userName, ...NOTHING };
    byOwner.set(userName, added(known, store, left));
  }
  return [...byOwner.values()].filter(
    ({ waiting, handedIn, unreadable }) => waiting + handedIn + unreadable > 0,
  );
}

const NOTHING = { waiting: 0, former: 0, handedIn: 0, unsealed: 0, unreadable: 0 };

/** Counted by moments of saving, as everywhere: one visit is one. */
function added(work: LeftWork, { isFormer }: TabletStore, { rows, unreadable }: Left): LeftWork {
  const moments = (of: readonly LeftRow[]) => new Set(of.map(({ savedAt }) => savedAt));
  const waiting = moments(rows.filter(({ handedOver }) => !handedOver));
  const all = moments(rows);
  const unsealed = moments(rows.filter(({ envelope }) => !envelope));
  return {
    ...work,
    waiting: work.waiting + waiting.size,
    former: work.former + (isFormer ? waiting.size : 0),
    handedIn: work.handedIn + all.size - waiting.size,
    unsealed: work.unsealed + unsealed.size,
    unreadable: work.unreadable + unreadable,
  };
}

/** Everything sealed that lies here, handed in before or not. */
export async function exportLeftWork(nowMs: number): Promise<RescueExport> {
  const found = await readStores({ withBytes: true });
  const envelopes = found.flatMap(({ left }) =>
    left.rows.flatMap(({ envelope }) => (envelope ? [envelope] : [])),
  );
  const file: RescueFile = {
    what: RESCUE_FILE,
    version: 1,
    madeAt: new Date(nowMs).toISOString(),
    envelopes: envelopes.map(wireEnvelope),
  };
  const rows = found.flatMap(({ left }) => left.rows);
  const moments = new Set(rows.filter(({ envelope }) => envelope).map(({ savedAt }) => savedAt));
  return { text: JSON.stringify(file), records: moments.size };
}

async function readStores({ withBytes, except }: { withBytes: boolean; except?: string | undefined }) {
  const stores = (await listTabletStores({})).filter(({ storeName }) => storeName !== except);
  const read = stores.map(async (store) => {
    // One that does not open at all says that there is something, and hides no other.
    const left = await readLeft(store.storeName, {}, withBytes).catch(() => ({ rows: [], unreadable: 1 }));
    return { store, left };
  });
  return Promise.all(read);
}

export interface HandingIn {
  /** Scopes of communities she may write to. */
  communities: readonly string[];
  remoteOf(scope: string): Remote;
  except?: string | undefined;
}

export interface HandedIn {
  /** Moments of saving of which the server has every envelope now. */
  records: number;
  fault?: RemoteFault;
}

/** Throws nothing the network does. What is there already is not sent again. */
export async function handInLeftWork({ communities, remoteOf, except }: HandingIn): Promise<HandedIn> {
  const handed = new Set<number>();
  for (const { store, left } of await readStores({ withBytes: true, except })) {
    const rows = left.rows.filter(({ envelope, handedOver }) => envelope && !handedOver);
    for (const batch of batchesOf(rows)) {
      const byScope = new Map<string, LeftRow[]>();
      for (const row of batch) {
        const scope = scopeForEnvelope(row.envelope?.scope ?? '', communities);
        if (scope !== undefined) byScope.set(scope, [...(byScope.get(scope) ?? []), row]);
      }
      for (const [scope, those] of byScope) {
        const sent = await send(remoteOf(scope), those, store);
        if ('fault' in sent) return { records: handed.size, fault: sent.fault };
        await markHandedOver(store.storeName, {}, sent.confirmed);
        for (const { savedAt } of sent.confirmed) handed.add(savedAt);
      }
    }
  }
  return { records: handed.size };
}

const BATCH_DOCUMENTS = 100;
const BATCH_BYTES = 2_000_000;

function batchesOf(rows: readonly LeftRow[]): LeftRow[][] {
  const batches: LeftRow[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    const size = (row.envelope?.sealed.length ?? 0) + (row.envelope?.bytes?.length ?? 0);
    const last = batches.at(-1);
    if (last && last.length < BATCH_DOCUMENTS && bytes + size <= BATCH_BYTES) {
      last.push(row);
      bytes += size;
    } else {
      batches.push([row]);
      bytes = size;
    }
  }
  return batches;
}

async function send(
  remote: Remote,
  rows: readonly LeftRow[],
  { userName }: TabletStore,
): Promise<{ confirmed: LeftRow[] } | { fault: RemoteFault }> {
  const made = await Promise.all(rows.map((row) => documentOf(row, userName)));
  const asked = Object.fromEntries(made.map(({ _id, _rev }) => [_id, [_rev]]));
  const before = await remote.revsDiff(asked);
  if (before.outcome === 'fault') return { fault: before };
  const missing = made.filter(({ _id }) => Object.hasOwn(before.value, _id));
  if (missing.length > 0) {
    const answer = await remote.bulkDocs(missing);
    if (answer.outcome === 'fault') return { fault: answer };
  }
  // Only this confirms (sync.md 4.2).
  const after = await remote.revsDiff(asked);
  if (after.outcome === 'fault') return { fault: after };
  return { confirmed: rows.filter((_row, n) => !Object.hasOwn(after.value, made[n]!._id)) };
}

async function documentOf({ envelope, savedAt }: LeftRow, author?: string): Promise<RevisionedDocument> {
  if (!envelope) throw new TypeError('only what is sealed is handed in');
  const digest = hexadecimal(
    new Uint8Array(await crypto.subtle.digest('SHA-256', envelope.sealed)).slice(0, 16),
  );
  const body = envelopeDocument(wireEnvelope(envelope), { digest, author, savedAtMs: savedAt });
  const { bytes } = envelope;
  const named = bytes && { [ENVELOPE_ATTACHMENT]: { digest: attachmentDigest(bytes) } };
  const rev = nextRevision(undefined, { ...body, ...(named && { _attachments: named }) });
  const carried = bytes && {
    [ENVELOPE_ATTACHMENT]: {
      content_type: ENVELOPE_BYTES_TYPE,
      revpos: 1,
      digest: attachmentDigest(bytes),
      data: base64Of(bytes),
    },
  };
  return { ...body, _rev: rev, _revisions: toRevisionPath([rev]), ...(carried && { _attachments: carried }) };
}
