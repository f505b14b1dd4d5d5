// Sending photos, one after another, behind their documents (sync.md 4.5). Invariants: a photo counts as sent only once the
// server has named the digest it had when it was taken; whatever happens to one holds up no other; each goes up with the
// same revision however often it is tried, so that a lost answer costs nothing.
import { base64Of } from '#lib/protocol/attachment.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { isStumble, rowVerdict } from '#lib/protocol/error-table.ts';
import type { PhotoInQueue, PhotoQueue, WaitingPhoto } from '#lib/protocol/photo-queue.ts';
import type { Remote, RemoteAnswer, RemoteFault, RevisionedDocument } from '#lib/protocol/remote.ts';
import { toRevisionPath } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { BulkDocsRows } from '#lib/protocol/wire.ts';
import { saidOf } from './said-of.ts';

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

/**
 * Tries once everything that may go: while the server is asked what it has of one, the next is on its way. Throws
 * StorageFaults.
 */
export async function pushPhotos(ports: PhotoPushPorts): Promise<PhotoReport> {
  const waiting = await ports.queue.listWaitingPhotos();
  const pushing: Pushing = {
    ports,
    report: { sent: 0, refused: 0, left: 0 },
    closed: new Set(),
    stumbles: 0,
    asking: Promise.resolve(false),
  };
  const { report, closed } = pushing;
  for (const [done, place] of waiting.entries()) {
    if (closed.has(place.scope)) continue;
    if (done > 0 && (await ports.isInterrupted())) {
      await pushing.asking;
      return { ...report, left: waiting.length - done };
    }
    ports.onProgress?.(done, waiting.length);
    if (await pushPhoto(pushing, place)) return report;
  }
  await pushing.asking;
  return report;
}

interface Pushing {
  ports: PhotoPushPorts;
  report: PhotoReport;
  /** Scopes that take no photos now. */
  closed: Set<Scope>;
  stumbles: number;
  /** What becomes of the photo before; answers whether that ends the sending. */
  asking: Promise<boolean>;
}

type Verdict =
  { verdict: 'confirmed' } | { verdict: 'refused'; reason: string } | { verdict: 'later'; said: RemoteFault };

/** Answers whether the sending is over. */
async function pushPhoto(pushing: Pushing, { id, scope, tries }: PhotoInQueue): Promise<boolean> {
  const { ports, report, closed } = pushing;
  const photo = await ports.queue.readWaitingPhoto(id).catch(async (error: unknown) => {
    if (storageFaultKind(error) !== 'tampered') throw error;
    await ports.queue.rejectPhoto(id, 'damaged on this tablet');
    report.refused++;
    return undefined;
  });
  if (!photo) return false;
  const remote = ports.remoteOf(scope);
  const sent = await send(remote, photo, tries);
  const isOver = await pushing.asking;
  pushing.asking = Promise.resolve(false);
  if (isOver || closed.has(scope)) {
    // It may be there: the next try asks before it sends.
    if ('rows' in sent) await ports.queue.postponePhoto(id);
    return isOver;
  }
  const asking = judge(remote, { photo, sent, tries }).then((verdict) => settle(pushing, photo, verdict));
  // Only what is being asked has time beside it; a verdict is carried out before the next goes out.
  if (!('rows' in sent)) return asking;
  pushing.asking = asking;
  // Whoever waits for it is thrown what it throws.
  asking.catch(() => undefined);
  return false;
}

/** Carries the verdict out; answers whether it ends the sending. */
async function settle(pushing: Pushing, { id, scope }: WaitingPhoto, verdict: Verdict): Promise<boolean> {
  const { report, closed } = pushing;
  const { queue } = pushing.ports;
  if (verdict.verdict !== 'later') pushing.stumbles = 0;
  if (verdict.verdict === 'confirmed') {
    await queue.confirmPhoto(id);
    report.sent++;
    return false;
  }
  if (verdict.verdict === 'refused') {
    await queue.rejectPhoto(id, verdict.reason);
    report.refused++;
    return false;
  }
  await queue.postponePhoto(id);
  const { said } = verdict;
  report.fault = said;
  pushing.stumbles++;
  if (said.kind === 'forbidden' || said.kind === 'missing') closed.add(scope);
  else return !isStumble(said) || pushing.stumbles === STUMBLES;
  return false;
}

/** What the server said of the request; what is there is another question. */
type Sent = Verdict | { rows: BulkDocsRows };

/** What was tried before may be there already: that is asked first. */
async function send(remote: Remote, photo: WaitingPhoto, tries: number): Promise<Sent> {
  if (tries > 0) {
    const there = await digestThere(remote, photo);
    if (there.outcome === 'fault') return { verdict: 'later', said: there };
    if (there.value !== undefined) return compared(photo, there.value);
  }
  const answer = await remote.bulkDocs([documentOf(photo)]);
  if (answer.outcome === 'answered') return { rows: answer.value };
  if (answer.kind !== 'too-large') return { verdict: 'later', said: answer };
  return { verdict: 'refused', reason: `status ${answer.status ?? 0}, ${answer.reason ?? ''}` };
}

async function judge(
  remote: Remote,
  { photo, sent, tries }: { photo: WaitingPhoto; sent: Sent; tries: number },
): Promise<Verdict> {
  if (!('rows' in sent)) return sent;
  const there = await digestThere(remote, photo);
  if (there.outcome === 'fault') return { verdict: 'later', said: there };
  return there.value === undefined ? notThere(photo, sent.rows, tries) : compared(photo, there.value);
}

function compared({ digest }: WaitingPhoto, there: string): Verdict {
  if (there === digest) return { verdict: 'confirmed' };
  return { verdict: 'refused', reason: `the server keeps other bytes under this revision: ${there}` };
}

/** Not there, and why. `unauthorized` asks for a new sign-in once, and is a refusal the next time (error-table.ts). */
function notThere(photo: WaitingPhoto, rows: BulkDocsRows, tries: number): Verdict {
  const { error, reason } = saidOf(photo, rows);
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
