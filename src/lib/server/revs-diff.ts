// POST /{db}/_revs_diff and _missing_revs: which revisions the database lacks.
// Invariant: a revision that stands in the tree is not missing, body or not: CouchDB counts the ancestors in a path as
// present (PouchDB alone would not), and replicators rely on it.
import { type Database } from './database-catalog.ts';
import { type Exchange } from './exchange.ts';
import { type DocumentMetadata } from './pouch-layout.ts';
import { parseRevList } from './read-query.ts';
import { parseJsonObject, requireJsonType } from './request-body.ts';
import { leavesOf, pathOf, splitRev } from './revision-tree.ts';
import { requireMethod } from './server-routes.ts';
import { type ServerParts } from './server-parts.ts';

interface Missing {
  missing: string[];
  possible_ancestors?: string[];
}

export async function answerRevsDiff(
  exchange: Exchange,
  database: Database,
  parts: ServerParts,
): Promise<void> {
  requireMethod(exchange, 'POST');
  requireJsonType(exchange.request);
  const asked = Object.entries(parseJsonObject(await exchange.body(parts.limits.requestBytes)));
  const wanted = asked.map(([id, revs]): [string, string[]] => [id, parseRevList(revs)]);
  const known = await database.store.metadata(wanted.map(([id]) => id));
  const lacking: [string, Missing][] = [];
  for (const [index, [id, revs]] of wanted.entries()) {
    const missing = missingOf(revs, known[index]);
    if (missing) lacking.push([id, missing]);
  }
  if (exchange.segments[1] === '_revs_diff') return exchange.answer.json(200, Object.fromEntries(lacking));
  const missingRevs = Object.fromEntries(lacking.map(([id, { missing }]) => [id, missing]));
  await exchange.answer.json(200, { missing_revs: missingRevs });
}

function missingOf(revs: readonly string[], metadata: DocumentMetadata | undefined): Missing | undefined {
  if (!metadata) return revs.length > 0 ? { missing: [...revs] } : undefined;
  const leaves = leavesOf(metadata.rev_tree);
  const missing = revs.filter((rev) => !pathOf(leaves, rev));
  if (missing.length === 0) return undefined;
  const newest = missing.reduce((most, rev) => Math.max(most, splitRev(rev).generation), 0);
  const ancestors = leaves.filter((leaf) => leaf.generation < newest).map((leaf) => leaf.rev);
  return ancestors.length > 0 ? { missing, possible_ancestors: ancestors } : { missing };
}
