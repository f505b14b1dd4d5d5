// Rows of `_changes`, made of what lies at sequences: of bodies alone where a document has one leaf, else of its tree.
// Invariant: a document written again since its sequence was listed has no row here: it comes later.
import { type ChangesQuery } from './changes-query.ts';
import { type Database } from './database-catalog.ts';
import { readRevision, renderRevision } from './document-reads.ts';
import { losingLeaves, renderDocument, type DocumentJson } from './document-render.ts';
import { parseBody, type DocumentMetadata, type StoredBody } from './pouch-layout.ts';
import { leavesOf } from './revision-tree.ts';
import { formatSeq } from './sequence.ts';
import { rowOfStoredBody } from './stored-change.ts';

/** Trees are read, and their leaves matched, so many at a time. */
const TREES = 50;

export interface ReadRow {
  seq: number;
  /** JSON. */
  row: string;
}

interface ChangeRow {
  seq: string;
  id: string;
  changes: { rev: string }[];
  deleted?: true;
  doc?: DocumentJson;
}

interface StoredText {
  seq: number;
  text: string;
}

/** Of documents with one leaf: what was written last is all there is to them. */
export async function linearRows(
  database: Database,
  query: ChangesQuery,
  stored: readonly StoredText[],
): Promise<ReadRow[]> {
  if (query.filter.kind === 'all')
    return stored.map((one) => ({ seq: one.seq, row: plainRow(database, query, one) }));
  const read = stored.map(({ seq, text }) => ({ seq, body: parseBody(text) }));
  const passed = await passingBodies(
    query,
    read.map(({ body }) => body),
  );
  const { sequences } = database.store;
  return read
    .filter(({ seq }, at) => passed[at] && sequences.isLive(seq))
    .map(({ seq, body }) => ({ seq, row: linearRow(database, query, { seq, body }) }));
}

function plainRow(database: Database, query: ChangesQuery, { seq, text }: StoredText): string {
  const seqJson = JSON.stringify(formatSeq(seq, database));
  const row = rowOfStoredBody(text, seqJson, query.includeDocs);
  return row ?? linearRow(database, query, { seq, body: parseBody(text) });
}

function linearRow(
  database: Database,
  query: ChangesQuery,
  { seq, body }: { seq: number; body: StoredBody },
): string {
  const { _id: id, _rev: rev } = body;
  const row: ChangeRow = { seq: formatSeq(seq, database), id, changes: [{ rev }] };
  if (body._deleted) row.deleted = true;
  if (query.includeDocs) row.doc = renderDocument(body);
  return JSON.stringify(row);
}

async function passingBodies(
  { filter }: ChangesQuery,
  bodies: readonly (StoredBody | undefined)[],
): Promise<boolean[]> {
  if (filter.kind === 'matching') {
    const documents = bodies.flatMap((body) => (body ? [renderDocument(body)] : []));
    const passed = (await filter.matches(documents)).values();
    return bodies.map((body) => body !== undefined && Boolean(passed.next().value));
  }
  if (filter.kind === 'function') throw new Error('a filter that was not opened');
  return bodies.map((body) => filter.kind !== 'design' || Boolean(body?._id.startsWith('_design/')));
}

/** Of documents whose tree has to be looked at. */
export async function treeRows(
  database: Database,
  query: ChangesQuery,
  asked: readonly { seq: number; id: string }[],
): Promise<ReadRow[]> {
  const rows: ReadRow[] = [];
  for (let at = 0; at < asked.length; at += TREES) {
    const slice = asked.slice(at, at + TREES);
    const trees = await database.store.metadata(slice.map(({ id }) => id));
    const current = trees.filter((tree, index) => tree !== undefined && tree.seq === slice[index]?.seq);
    rows.push(...(await rowsOfTrees(database, query, current as DocumentMetadata[])));
  }
  return rows;
}

async function rowsOfTrees(
  database: Database,
  query: ChangesQuery,
  trees: readonly DocumentMetadata[],
): Promise<ReadRow[]> {
  const passed = await passingRevs(database, query, trees);
  const rows: ReadRow[] = [];
  for (const [at, tree] of trees.entries()) {
    const changes = passed[at] ?? [];
    const row = changes.length > 0 ? await treeRow(database, query, { tree, changes }) : undefined;
    if (row) rows.push({ seq: tree.seq, row: JSON.stringify(row) });
  }
  return rows;
}

/** A filter that looks into documents looks into each leaf: a losing one is told of though the winner is left out. */
async function passingRevs(
  { store }: Database,
  query: ChangesQuery,
  trees: readonly DocumentMetadata[],
): Promise<{ rev: string }[][]> {
  const leaves = trees.flatMap((tree) =>
    (query.allLeaves ? leavesOf(tree.rev_tree).map(({ rev }) => rev) : [tree.winningRev]).map((rev) => ({
      tree,
      rev,
    })),
  );
  if (query.filter.kind === 'all' || query.filter.kind === 'ids') return groupByTree(trees, leaves);
  const revisions = await Promise.all(leaves.map(({ tree, rev }) => readRevision(store, tree, rev)));
  const passed = await passingBodies(
    query,
    revisions.map((revision) => revision?.body),
  );
  return groupByTree(
    trees,
    leaves.filter((_leaf, at) => passed[at]),
  );
}

function groupByTree(
  trees: readonly DocumentMetadata[],
  leaves: readonly { tree: DocumentMetadata; rev: string }[],
): { rev: string }[][] {
  const grouped = new Map(trees.map((tree): [DocumentMetadata, { rev: string }[]] => [tree, []]));
  for (const { tree, rev } of leaves) grouped.get(tree)?.push({ rev });
  return [...grouped.values()];
}

async function treeRow(
  database: Database,
  query: ChangesQuery,
  { tree, changes }: { tree: DocumentMetadata; changes: { rev: string }[] },
): Promise<ChangeRow | undefined> {
  const winner = await readRevision(database.store, tree);
  if (!winner) return undefined;
  const row: ChangeRow = { seq: formatSeq(tree.seq, database), id: tree.id, changes };
  if (tree.deleted) row.deleted = true;
  if (!query.includeDocs) return row;
  const document = await renderRevision(database.store, winner, { attachments: query.attachments });
  const { conflicts } = losingLeaves(leavesOf(tree.rev_tree), tree.winningRev);
  if (query.conflicts && conflicts.length > 0) document._conflicts = conflicts;
  row.doc = document;
  return row;
}
