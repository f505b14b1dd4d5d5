// What is held of a person, document by document, and what erasing her makes of each: it ends, or it stays without her. Reads
// every database in which she may stand, and writes nothing. Invariants: what is about her ends in all its leaves; an event is
// never changed: it ends, and another is there in its place that says the same without her.
import { createHash } from 'node:crypto';
import { changedBy, type Author } from '#lib/domain/document-head.ts';
import { newSalt, typeOfId } from '#lib/domain/document-id.ts';
import { withoutPerson, type Erasing } from '#lib/domain/erasure/without-person.ts';
import { mergeRuleOf } from '#lib/domain/merge/merge-rules.ts';
import { isBareTombstone, isErased } from '#lib/protocol/erased.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import { EVENT_TYPES } from '../../provision/type-rules.ts';
import { systemChance } from '../../system-chance.ts';
import type { AdminServer } from '../admin-command.ts';
import type { FoundPerson } from './find-person.ts';
import { presentEnvelopes } from './present-envelopes.ts';
import { bodyOf, scanDatabase, type ScannedDocument, type ScannedLeaf } from './scan-database.ts';

export interface Held {
  database: string;
  id: string;
  type: string;
  /** `about`: about her alone. `among`: she stands among others, or in what somebody wrote. */
  how: 'about' | 'among';
  leaves: ScannedLeaf[];
}

export interface ErasurePlan {
  held: Held[];
  /** Leaf by leaf, what takes its place: of mutable documents. */
  changes: { database: string; leaf: ScannedLeaf; body: Record<string, unknown> & { _id: string } }[];
  /** New documents in place of events that end. */
  written: { database: string; body: Record<string, unknown> & { _id: string } }[];
  /** Documents that end. */
  ends: { database: string; id: string; type: string }[];
  /** Somebody of her name stands there, and it may be she. */
  doubtful: { database: string; id: string }[];
  /** Sealed work on the server that nobody has opened: whether she is in it cannot be known. */
  sealed: number;
}

export async function planErasure(
  server: AdminServer,
  found: FoundPerson,
  author: Author,
): Promise<ErasurePlan> {
  const { databases } = found;
  const plan: ErasurePlan = { held: [], changes: [], written: [], ends: [], doubtful: [], sealed: 0 };
  const said: Said[] = [];
  for (const database of databases) {
    const opened = await presentEnvelopes(server.client, database);
    plan.sealed += opened.sealed;
    for await (const document of scanDatabase(server.client, database)) {
      const leaves = saying(document.leaves);
      if (leaves.length > 0) said.push({ ...document, leaves, isOpened: opened.ids.has(document.id) });
    }
  }
  const erasing = withParts(said, found.erasing);
  for (const document of said) judge(plan, document, { erasing, author });
  return plan;
}

interface Said extends ScannedDocument {
  /** An envelope whose content is on the server. */
  isOpened: boolean;
}

/** Live or not, what says something. Of the directory, buildings alone name residents. */
const saying = (leaves: readonly ScannedLeaf[]) =>
  leaves.filter(
    (leaf) =>
      !isErased(leaf) &&
      !(leaf._deleted && isBareTombstone(bodyOf(leaf))) &&
      !OF_NO_RESIDENT.has(String(leaf.type)),
  );

const OF_NO_RESIDENT = new Set([
  'unit',
  'grid',
  'staff',
  'calendar',
  'matter',
  'organisation-key',
  'code-sets',
  'tag-kinds',
  'erasure',
  'retention',
  'meta',
]);

/** The audit names things by ids that lead nowhere now: who looked is told all the same. */
const ofType = (erasing: Erasing, type: unknown): Erasing =>
  type === 'audit' ? { ...erasing, residents: new Set(), gone: new Set(), renamed: new Map() } : erasing;

const outcomesOf = ({ leaves }: Said, erasing: Erasing) =>
  leaves.map((leaf) => ({ leaf, without: withoutPerson(bodyOf(leaf), ofType(erasing, leaf.type)) }));

/** With the ids of all that ends, until nothing more is a part of it, and of what is written anew. */
function withParts(said: readonly Said[], found: Erasing): Erasing {
  let erasing = found;
  for (let known = -1; known !== erasing.gone.size;) {
    known = erasing.gone.size;
    const ends = said.filter((each) =>
      outcomesOf(each, erasing).some(({ without }) => without.outcome === 'gone'),
    );
    erasing = { ...erasing, gone: new Set([...erasing.gone, ...ends.map(({ id }) => id)]) };
  }
  const isAmong = (each: Said) =>
    isEvent(each.leaves[0]!) &&
    outcomesOf(each, erasing).some(({ without }) => without.outcome === 'changed');
  const renamed = new Map(said.filter(isAmong).map(({ id }) => [id, anotherId(id)]));
  // Nobody can say here who is in the pictures that were taken where she stood among others.
  const photos = said.filter(
    ({ leaves: [leaf] }) => leaf!.type === 'photo' && renamed.has(String(leaf!.event)),
  );
  return { ...erasing, renamed, gone: new Set([...erasing.gone, ...photos.map(({ id }) => id)]) };
}

const isEvent = ({ type, _id }: ScannedLeaf) => EVENT_TYPES.has(String(type ?? typeOfId(_id)));

/** The same for the same event, so that a command that was cut short does not write it twice; its time stays in it. */
function anotherId(id: string): string {
  const [type = '', ulid = ''] = id.split(':', 2);
  const digest = createHash('sha256').update(`erased ${id}`).digest();
  const chance = Array.from(digest.subarray(0, 16), (byte) =>
    '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.charAt(byte % 32),
  );
  return `${type}:${ulid.slice(0, 10)}${chance.join('')}`;
}

interface Judging {
  erasing: Erasing;
  author: Author;
}

function judge(plan: ErasurePlan, document: Said, judging: Judging): void {
  const { database, id, leaves, isOpened } = document;
  const { erasing } = judging;
  const type = String(leaves[0]!.type ?? typeOfId(id));
  const isAudit = type === 'audit';
  if (isOpened || (!isAudit && erasing.gone.has(id))) {
    plan.ends.push({ database, id, type });
    if (!isOpened) plan.held.push({ database, id, type, leaves, how: 'about' });
    return;
  }
  const outcomes = outcomesOf(document, erasing);
  if (outcomes.some(({ without }) => without.outcome === 'same' && without.doubtful))
    plan.doubtful.push({ database, id });
  const changed = outcomes.filter(({ without }) => without.outcome === 'changed');
  if (changed.length === 0) return;
  plan.held.push({ database, id, type, leaves, how: 'among' });
  for (const { leaf, without } of changed)
    if (without.outcome === 'changed') change(plan, { database, leaf, body: without.body }, judging);
}

function change(
  plan: ErasurePlan,
  { database, leaf, body }: { database: string; leaf: ScannedLeaf; body: Record<string, unknown> },
  { erasing, author }: Judging,
): void {
  const { _id, type } = leaf;
  // By the old one what was taken out could be tried, against the digest that stays as its revision.
  const salted = { ...body, _id, salt: newSalt(systemChance) };
  if (leaf._deleted) return void plan.ends.push({ database, id: _id, type: String(type ?? typeOfId(_id)) });
  if (isEvent(leaf)) {
    const { photos: _photos, ...rest } = salted as typeof salted & { photos?: unknown };
    plan.written.push({ database, body: { ...rest, _id: erasing.renamed.get(_id) ?? anotherId(_id) } });
    plan.ends.push({ database, id: _id, type: String(type) });
    return;
  }
  if (mergeRuleOf(type) === undefined) return void plan.changes.push({ database, leaf, body: salted });
  const generation = generationOf(leaf._rev) + 1;
  const stamped = changedBy<Record<string, unknown>>({ ...author, generation }, bodyOf(leaf), salted);
  // What an element of a set was taken away stands in the stamps by its own words.
  const again = withoutPerson(stamped, erasing);
  plan.changes.push({
    database,
    leaf,
    body: { ...(again.outcome === 'changed' ? again.body : stamped), _id },
  });
}
