// Sending photos, one by one, behind their documents (sync.md 4.5). Invariants: a photo counts as sent only once the
// server has named the digest it had when it was taken; whatever happens to one holds up no other; each goes up with the
// same revision however often it is tried, so that a lost answer costs nothing.
import { base64Of } from '#lib/protocol/attachment.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { rowVerdict } from '#lib/protocol/error-table.ts';
import type { PhotoInQueue, PhotoQueue, WaitingPhoto } from '#lib/protocol/photo-queue.ts';
import type { Remote, RemoteAnswer, RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';
import { toRevisionPath } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { BulkDocsRows } from '#lib/protocol/wire.ts';

export interface PhotoPushPorts {
  queue: PhotoQueue;
  remoteOf(scope: Scope): Remote;
  /** Asked between two photos: something that goes first has been saved meanwhile. */
  isInterrupted(): Promise<boolean>;
  onProgress?(done: number, total: number): void;
}

export interface PhotoReport {
  /** Confirmed by the server. */
  sent: number;
  refused: number;
  /** Not tried: something was saved that goes first. */
  left: number;
  /** What ended the sending, or was in the way of a scope or of the last that was tried. */
  fault?: RemoteFault;
}

/** So many photos in a row that the server stumbled over, and the others are left for the next round. */
const STUMBLES = 3;

/** Tries once everything that may go. Throws StorageFaults. */
export async function pushPhotos(ports: PhotoPushPorts): Promise<PhotoReport> {
  const waiting = await ports.queue.listWaitingPhotos();
  const report: PhotoReport = { sent: 0, refused: 0, left: 0 };
  const closed = new Set<Scope>();
  let stumbles = 0;
  for (const [done, place] of waiting.entries()) {
    if (closed.has(place.scope)) continue;
    if (done > 0 && (await ports.isInterrupted())) return { ...report, left: waiting.length - done };
    ports.onProgress?.(done, waiting.length);
    const fault = await pushPhoto(ports, place, report);
    stumbles = fault ? stumbles + 1 : 0;
    if (!fault) continue;
    report.fault = fault;
    if (fault.kind === 'forbidden' || fault.kind === 'missing') closed.add(place.scope);
    else if (!isStumble(fault) || stumbles === STUMBLES) return report;
  }
  return report;
}

/** A 500 may be one photo's doing; everything else is said of us, the line or the server. */
const isStumble = (fault: RemoteFault) => fault.kind === 'busy' && fault.status === 500;

type Verdict =
  { verdict: 'confirmed' } | { verdict: 'refused'; reason: string } | { verdict: 'later'; said: RemoteFault };

/** Answers what came in the way. */
async function pushPhoto(
  { queue, remoteOf }: PhotoPushPorts,
  { id, scope, tries }: PhotoInQueue,
  report: PhotoReport,
): Promise<RemoteFault | undefined> {
  const photo = await queue.readWaitingPhoto(id).catch(async (error: unknown) => {
    if (storageFaultKind(error) !== 'tampered') throw error;
    await queue.rejectPhoto(id, 'damaged on this tablet');
    report.refused++;
    return undefined;
  });
  if (!photo) return undefined;
  const verdict = await send(remoteOf(scope), photo, tries);
  if (verdict.verdict === 'confirmed') {
    await queue.confirmPhoto(id);
    report.sent++;
    return undefined;
  }
  if (verdict.verdict === 'refused') {
    await queue.rejectPhoto(id, verdict.reason);
    report.refused++;
    return undefined;
  }
  await queue.postponePhoto(id);
  return verdict.said;
}

/** What was tried before may be there already: that is asked first. */
async function send(remote: Remote, photo: WaitingPhoto, tries: number): Promise<Verdict> {
  if (tries > 0) {
    const there = await digestThere(remote, photo);
    if (there.outcome === 'fault') return { verdict: 'later', said: there };
    if (there.value !== undefined) return compared(photo, there.value);
  }
  const answer = await remote.bulkDocs([documentOf(photo)]);
  if (answer.outcome === 'fault') {
    if (answer.kind === 'too-large')
      return { verdict: 'refused', reason: `status ${answer.status ?? 0}, ${answer.reason ?? ''}` };
    return { verdict: 'later', said: answer };
  }
  const there = await digestThere(remote, photo);
  if (there.outcome === 'fault') return { verdict: 'later', said: there };
  return there.value === undefined ? saidOf(photo, answer.value, tries) : compared(photo, there.value);
}

function compared({ digest }: WaitingPhoto, there: string): Verdict {
  if (there === digest) return { verdict: 'confirmed' };
  return { verdict: 'refused', reason: `the server keeps other bytes under this revision: ${there}` };
}

/** Not there, and why. `unauthorized` asks for a new sign-in once, and is a refusal the next time (error-table.ts). */
function saidOf({ id }: WaitingPhoto, rows: BulkDocsRows, tries: number): Verdict {
  const row = rows.find((each) => each.id === id && each.error !== undefined);
  const error = row?.error ?? 'missing';
  const reason = typeof row?.reason === 'string' ? row.reason : JSON.stringify(row?.reason ?? '');
  if (error === 'unauthorized' && tries === 0)
    return { verdict: 'later', said: { outcome: 'fault', kind: 'sign-in', reason } };
  if (rowVerdict(error) !== 'later') return { verdict: 'refused', reason: `${error}: ${reason}` };
  return { verdict: 'later', said: { outcome: 'fault', kind: 'busy', status: 500, reason: error } };
}

/** The digest the server has for this revision's attachment; undefined where it has no such revision. */
async function digestThere(
  remote: Remote,
  { id, rev, name }: WaitingPhoto,
): Promise<RemoteAnswer<string | undefined>> {
  const answer = await remote.bulkGet([{ id, rev }]);
  if (answer.outcome === 'fault') return answer;
  const docs = answer.value.results.flatMap((result) => (result.id === id ? result.docs : []));
  const found = docs.map(({ ok }) => ok).find((ok) => ok?._rev === rev);
  if (!found) return { outcome: 'answered', value: undefined };
  const digest = found._attachments?.[name]?.digest;
  return { outcome: 'answered', value: typeof digest === 'string' ? digest : '' };
}

/** Base64 within the document: one request that every server takes, checked as every other document is. */
function documentOf({ id, rev, body, name, contentType, digest, bytes }: WaitingPhoto): RevisionedDocument {
  const attachment = { content_type: contentType, revpos: 1, digest, data: base64Of(bytes) };
  return {
    ...body,
    _id: id,
    _rev: rev,
    _revisions: toRevisionPath([rev]),
    _attachments: { [name]: attachment },
  };
}
