// Whether the server still has the photos that went up from here: a server restored from an older copy has lost some, and
// nothing else would tell (the scope of photos is not pulled). Invariant: what is found missing waits again.
import type { Scope } from '#lib/protocol/document.ts';
import type { PhotoQueue, SentPhoto } from '#lib/protocol/photo-queue.ts';
import type { Remote, RemoteFault } from '#lib/protocol/remote.ts';

export interface PhotoRecheckPorts {
  queue: PhotoQueue;
  remoteOf(scope: Scope): Remote;
}

/** Ids are asked about together, at most so many. */
const BATCH = 500;

/** One small request a scope. Answers what came in the way. Throws StorageFaults. */
export async function recheckPhotos({
  queue,
  remoteOf,
}: PhotoRecheckPorts): Promise<RemoteFault | undefined> {
  const byScope = new Map<Scope, SentPhoto[]>();
  for (const photo of await queue.listSentPhotos())
    byScope.set(photo.scope, [...(byScope.get(photo.scope) ?? []), photo]);
  let first: RemoteFault | undefined;
  for (const [scope, photos] of byScope) {
    for (let at = 0; at < photos.length; at += BATCH) {
      const asked = photos.slice(at, at + BATCH);
      const answer = await remoteOf(scope).revsDiff(
        Object.fromEntries(asked.map(({ id, rev }) => [id, [rev]])),
      );
      if (answer.outcome === 'fault') {
        if (answer.kind !== 'forbidden' && answer.kind !== 'missing') return answer;
        first ??= answer;
        break;
      }
      const lost = asked.filter(({ id, rev }) => answer.value[id]?.missing.includes(rev));
      if (lost.length > 0) await queue.resendPhotos(lost.map(({ id }) => id));
    }
  }
  return first;
}
