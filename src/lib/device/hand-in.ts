// 交班: everything she did goes up and is asked for by its revision; only then a `shift` document is written, sent, and asked
// for itself (sync.md 7). Invariants: it fails closed: one document of which the server does not say that it has it, and
// there is no receipt, and it is named; what a receipt counts was confirmed before the receipt was written.
import { headOf, type Author } from '#lib/domain/document-head.ts';
import { newDocumentId, typeOfId, type IdSource } from '#lib/domain/document-id.ts';
import {
  householdOf,
  householdTitle,
  type AnyBody,
  type HouseholdTitle,
} from '#lib/domain/household-title.ts';
import type { Shift } from '#lib/domain/shift.ts';
import { countRecords } from '#lib/domain/shift-work.ts';
import { communityScope } from '#lib/domain/scopes.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { aboutDocument } from './about-document.ts';
import { momentsSetAside } from './attention.ts';
import type { SyncProblem } from './device-state.ts';
import {
  readOwnWork,
  readShifts,
  receiptsOf,
  sinceShift,
  type OwnShift,
  type OwnWork,
  type WorkSource,
} from './own-work.ts';
import { photosOf, photosSince, type ReceiptPhotos } from './receipt-photos.ts';
import { receiptView, type ReceiptView } from './receipt-view.ts';

/** A document in the way of a receipt. */
export interface Unconfirmed {
  type: string;
  about?: HouseholdTitle;
  savedAt: string;
  /** `missing`: it was sent, and the server says that it does not have it. */
  why: 'waiting' | 'refused' | 'missing';
}

export type HandInOutcome =
  | { outcome: 'handedIn'; receipt: ReceiptView }
  /**
   * No receipt. `asked`: the server said of each document whether it has it; `confirmed` of `total` are there. Else only
   * what waits on this tablet is counted, and nothing is known of the rest. At most 100 of the others are named.
   */
  | {
      outcome: 'left';
      problem?: SyncProblem;
      unconfirmed: Unconfirmed[];
      asked: boolean;
      confirmed: number;
      total: number;
    }
  | { outcome: 'full' };

export interface HandIn extends WorkSource {
  /** As of the moment it is called. */
  author(): Author;
  ids: IdSource;
  /** 12 digits; whose work it is. */
  community: string;
  grids: readonly string[];
  /** Everything up and down, every checkpoint looked at anew; what was in the way. */
  upload(): Promise<SyncProblem | undefined>;
  /** Of these, the ids the server has not in this revision; undefined where it could not be asked. */
  missing(scope: string, documents: readonly { id: string; rev: string }[]): Promise<Set<string> | undefined>;
}

const NAMED = 100;
/** With these the server was there all the same. */
const ANSWERED: readonly (SyncProblem | undefined)[] = [undefined, 'roleEnded', 'wrongClock'];

/** Whatever was in the way of the upload, a photo say: what the server says of every revision decides, and nothing else. */
export async function handIn(asked: HandIn): Promise<HandInOutcome> {
  const problem = await asked.upload();
  const author = asked.author();
  const whose = { person: author.person, tablet: author.device };
  const shifts = await readShifts(asked.store, [communityScope(asked.community)]);
  const receipts = receiptsOf(shifts, { ...whose, now: author.now });
  const [last] = receipts;
  const work = await readOwnWork(asked, sinceShift(whose, last));
  const { documents } = work;
  // Written before, and nothing was done since: the one that is there holds, where it is there.
  const again = documents.length === 0 && last?.shift.on === beijingDate(author.now) ? last : undefined;
  const asking = await unconfirmedOf(asked, again ? [shiftAsHeld(asked, again)] : documents, problem);
  const waiting = await unsent(asked);
  const left = [...waiting, ...(asking ?? []).filter(({ id }) => !waiting.some((each) => each.id === id))];
  if (asking === undefined || left.length > 0)
    return failed({ problem, left, total: documents.length, asked: asking !== undefined });
  const photos = again
    ? await photosSince(asked, whose, receipts)
    : await photosOf(
        asked.store,
        documents.map(({ body }) => body),
      );
  if (again && !photos) return { outcome: 'handedIn', receipt: receiptView(again) };
  return writeReceipt(asked, { author, work, photos, since: earlierThan(author.now, last) });
}

interface Left extends Unconfirmed {
  id: string;
}

function failed(of: {
  problem: SyncProblem | undefined;
  left: readonly Left[];
  total: number;
  asked: boolean;
}): HandInOutcome {
  const total = of.asked ? Math.max(of.total, of.left.length) : of.left.length;
  return {
    outcome: 'left',
    ...(of.problem ? { problem: of.problem } : {}),
    unconfirmed: of.left.slice(0, NAMED).map(({ id: _id, ...each }) => each),
    asked: of.asked,
    confirmed: total - of.left.length,
    total,
  };
}

/** What waits here or was refused, whoever's it is: nothing on this tablet is left out. */
async function unsent(asked: HandIn): Promise<Left[]> {
  const { store, model } = asked;
  const [{ waiting }, rejections] = await Promise.all([store.listUnsentActions(), store.listRejections()]);
  const refused = rejections.map(({ id, body, savedAt }) =>
    leftOf({ id, why: 'refused', savedAt: instant(savedAt) }, titleOf(model, body)),
  );
  const places = waiting.flatMap(({ ids, savedAt }) => ids.map((id) => ({ id, savedAt: instant(savedAt) })));
  const rows = places.map(async ({ id, savedAt }, place) =>
    leftOf({ id, why: 'waiting', savedAt }, place < NAMED ? await aboutDocument(asked, id) : undefined),
  );
  return [...refused, ...(await Promise.all(rows))];
}

const instant = (ms: number) => new Date(ms).toISOString();
const titleOf = (model: HandIn['model'], body: AnyBody) => householdTitle(model, householdOf(model, body));

function leftOf(left: Pick<Left, 'id' | 'why' | 'savedAt'>, about: HouseholdTitle | undefined): Left {
  return { ...left, type: typeOfId(left.id), ...(about ? { about } : {}) };
}

type Held = { scope: string; id: string; rev: string; body: AnyBody };

const shiftAsHeld = ({ community }: HandIn, { shift, rev }: OwnShift): Held => ({
  ...{ scope: communityScope(community), id: shift._id, rev },
  body: { ...shift },
});

/** Undefined where the server did not answer for all of them, or there was nothing to ask and it was not there before. */
async function unconfirmedOf(
  asked: HandIn,
  documents: readonly Held[],
  problem: SyncProblem | undefined,
): Promise<Left[] | undefined> {
  if (documents.length === 0 && !ANSWERED.includes(problem)) return undefined;
  const byScope = new Map<string, Held[]>();
  for (const each of documents) byScope.set(each.scope, [...(byScope.get(each.scope) ?? []), each]);
  const left: Left[] = [];
  for (const [scope, of] of byScope) {
    const missing = await asked.missing(scope, of);
    if (!missing) return undefined;
    for (const { id, body } of of)
      if (missing.has(id))
        left.push(
          leftOf({ id, why: 'missing', savedAt: String(body.updatedAt) }, titleOf(asked.model, body)),
        );
  }
  return left;
}

interface Counted {
  author: Author;
  work: OwnWork;
  photos: ReceiptPhotos;
  since: string | undefined;
}

/** Where the clock was ahead when she handed in, it says nothing. */
const earlierThan = (now: string, last: OwnShift | undefined) =>
  last && last.shift.handedInAt <= now ? last.shift.handedInAt : undefined;

async function writeReceipt(asked: HandIn, counted: Counted): Promise<HandInOutcome> {
  const { store, community } = asked;
  const scope = communityScope(community);
  const shift = await shiftOf(asked, counted);
  const saved = await store.saveAction([{ scope, body: { ...shift } }]);
  if (saved.outcome === 'full') return { outcome: 'full' };
  if (saved.outcome === 'moved') throw new Error('a shift has one author');
  const held: OwnShift = { shift, rev: saved.revs[0]!, waiting: true };
  const problem = await asked.upload();
  const missing = await asked.missing(scope, [{ id: shift._id, rev: held.rev }]);
  if (missing?.size === 0) return { outcome: 'handedIn', receipt: receiptView({ ...held, waiting: false }) };
  const left: Left = { id: shift._id, type: 'shift', savedAt: shift.handedInAt, why: 'waiting' };
  const total = counted.work.documents.length + 1;
  return failed({ problem, left: [left], total, asked: true });
}

async function shiftOf(
  { ids, community, grids, store }: HandIn,
  { author, work, photos, since }: Counted,
): Promise<Shift> {
  const documents: AnyBody[] = work.documents.map(({ body }) => body);
  const audited = await store.lastNumber();
  const sinceMs = since === undefined ? -Infinity : Date.parse(since);
  return {
    ...headOf(author, ids),
    _id: newDocumentId('shift', ids),
    type: 'shift',
    person: author.person,
    community,
    grids: [...grids],
    on: beijingDate(author.now),
    handedInAt: author.now,
    ...(since === undefined ? {} : { since }),
    upTo: work.upTo,
    records: countRecords(documents as unknown as Parameters<typeof countRecords>[0]),
    documents: documents.length,
    ...(photos ? { photos } : {}),
    setAside: (await momentsSetAside(store)).filter((moment) => moment > sinceMs).length,
    ...(audited > 0 ? { audited } : {}),
    received: work.received,
  };
}
