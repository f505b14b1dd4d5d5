// Which revisions go with an edit when it is sent.
import type { Revision } from '#lib/protocol/revision.ts';
import type { EditContent } from './rows.ts';

/** Ancestors kept of a path (sync.md 3 asks for 20 at least). */
const PATH_KEPT = 40;
export const keptPath = (path: readonly Revision[]) => path.slice(0, PATH_KEPT);

/** The path to push: what was made here, then what the base came from. */
export function wholePath(edit: EditContent): Revision[] {
  return [...edit.path, ...keptPath(edit.base?.path ?? [])];
}
