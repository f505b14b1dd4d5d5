// Which of these revisions a server has not: the only confirmation there is (sync.md 4), asked for a receipt.
import type { Remote } from '#lib/protocol/remote.ts';

const AT_ONCE = 500;

/** Ids of the missing ones; undefined where the server did not answer for all of them. */
export async function missingThere(
  remote: Pick<Remote, 'revsDiff'>,
  asked: readonly { id: string; rev: string }[],
): Promise<Set<string> | undefined> {
  const missing = new Set<string>();
  for (let from = 0; from < asked.length; from += AT_ONCE) {
    const batch = asked.slice(from, from + AT_ONCE);
    const answer = await remote.revsDiff(Object.fromEntries(batch.map(({ id, rev }) => [id, [rev]])));
    if (answer.outcome === 'fault') return undefined;
    for (const { id, rev } of batch)
      if (Object.hasOwn(answer.value, id) && answer.value[id]!.missing.includes(rev)) missing.add(id);
  }
  return missing;
}
