// The block of numbers of this person on this tablet, asked of the community's database once, with the network; from then on
// numbers are given without it (request-number.ts). Invariant: a block is taken only where the server shows this tablet's
// document as the only one under its id. A server that refuses a second leaf says so at once; on one that keeps both, each of
// the two sees the other and goes on to the next.
import * as z from 'zod/mini';
import { headOf, type Author } from '#lib/domain/document-head.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { numberBlockId, type NumberBlock } from '#lib/domain/request-number.ts';
import { communityScope } from '#lib/domain/scopes.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';

const NOTE = 'number-block';
const CLAIM = 'number-claim';

const blockNote = z.object({ community: z.string(), block: z.number() });
/** What was sent, and perhaps stored: the same again is no second one. */
const claimNote = z.looseObject({ _id: z.string(), community: z.string(), block: z.number() });

type NoteStore = Pick<DeviceStore, 'readNote' | 'putNote' | 'listByType'>;

/** Undefined while it has none. */
export async function readBlock(store: NoteStore, community: string): Promise<number | undefined> {
  const note = blockNote.safeParse(await store.readNote(NOTE));
  return note.success && note.data.community === community ? note.data.block : undefined;
}

/** As many as are tried in one go. */
const TRIES = 60;
/** Two that met at one block do not meet at the next: each goes on by so many at most. */
const APART = 8;

export interface Claiming {
  store: NoteStore;
  remote: Pick<Remote, 'allDocs' | 'bulkDocs'>;
  community: string;
  author: Author;
  ids: Pick<IdSource, 'randomBytes'>;
  /** In [0, 1). */
  chance(): number;
}

/** Undefined where the server could not be asked, or refuses her: later again. */
export async function claimBlock(claiming: Claiming): Promise<number | undefined> {
  const { store, remote, community } = claiming;
  let claim = await begun(claiming);
  let met = false;
  for (let tried = 0; tried < TRIES; tried++) {
    const rev = nextRevision(undefined, claim);
    const whose = await whoHas(remote, claim._id, rev);
    if (whose === 'unknown') return undefined;
    if (whose === 'mine') {
      await store.putNote(NOTE, { community, block: claim.block });
      return claim.block;
    }
    if (whose === 'nobody') {
      await store.putNote(CLAIM, claim);
      const path = { start: 1, ids: [rev.slice(2)] };
      const sent = await remote.bulkDocs([{ ...claim, _rev: rev, _revisions: path }]);
      if (sent.outcome === 'fault') return undefined;
      met = true;
      if (!sent.value.some(({ error }) => error !== undefined)) continue;
      // Not taken by anybody and refused all the same: it is not the number that is wrong.
      if ((await whoHas(remote, claim._id, rev)) === 'nobody') return undefined;
    }
    claim = claimOf(claiming, claim.block + 1 + (met ? Math.floor(claiming.chance() * APART) : 0));
    met = false;
  }
  return undefined;
}

async function begun(claiming: Claiming): Promise<NumberBlock> {
  const { store, community } = claiming;
  const kept = claimNote.safeParse(await store.readNote(CLAIM));
  if (kept.success && kept.data.community === community) return kept.data as NumberBlock;
  const { documents } = await store.listByType(communityScope(community), 'number-block');
  const known = documents.map(({ body }) => (typeof body.block === 'number' ? body.block : 0));
  return claimOf(claiming, Math.max(0, ...known) + 1);
}

const claimOf = ({ community, author, ids }: Claiming, block: number): NumberBlock => ({
  ...headOf(author, ids),
  _id: numberBlockId(block),
  type: 'number-block',
  community,
  block,
});

async function whoHas(
  remote: Claiming['remote'],
  id: string,
  rev: string,
): Promise<'mine' | 'nobody' | 'another' | 'unknown'> {
  const answer = await remote.allDocs({ keys: [id] });
  if (answer.outcome === 'fault') return 'unknown';
  const [row] = answer.value.rows;
  if (row?.value === undefined || row.value === null) return 'nobody';
  const others = row.doc?._conflicts ?? [];
  return row.value.rev === rev && others.length === 0 ? 'mine' : 'another';
}
