// Photos between an unfinished form and the visit it becomes. Invariant: what a form shows and a visit names are the
// photos the store has for it, whatever a draft says: a photo is kept before its draft is.
import { headOf, type Author } from '#lib/domain/document-head.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { photosAnswered, withPhotos } from '#lib/domain/photo-answer.ts';
import type { Photo, PhotoNamed } from '#lib/domain/photo.ts';
import { photosScope } from '#lib/domain/scopes.ts';
import { answersSchema, type Answers } from '#lib/domain/visit.ts';
import type { UnsentPhotos } from '#lib/storage/photo-counts.ts';
import type { DraftPhoto } from '#lib/storage/photo-drafts.ts';
import type { PhotoPut } from '#lib/storage/photo-saving.ts';
import type { VisitStart } from './visit-start.ts';

/** The start of a form with these photos in it; `settled` belong to the visit it mends and stay where they are named. */
export function withKeptPhotos(
  start: VisitStart,
  kept: readonly { id: string }[],
  settled: readonly PhotoNamed[] = [],
): VisitStart {
  const ids = [...settled.map(({ photo }) => photo), ...kept.map(({ id }) => id)];
  const { draft } = start;
  if (!draft) return ids.length === 0 ? start : { ...start, prefill: withPhotos(start.prefill, ids) };
  const value = draft.value as { values?: unknown } | undefined;
  const values = answersSchema.safeParse(value?.values);
  if (!values.success) return start;
  return { ...start, draft: { ...draft, value: { ...value, values: withPhotos(values.data, ids) } } };
}

export interface VisitPhotos {
  /** With the photos there are, and no others. */
  answers: Answers;
  /** Of the draft, to be saved with the visit. */
  taken: DraftPhoto[];
}

/** Where each photo stands that the server has not confirmed. */
export const unsentPhotos = ({
  waiting,
  refused,
}: UnsentPhotos): ReadonlyMap<string, 'waiting' | 'refused'> =>
  new Map([
    ...waiting.map(({ id }) => [id, 'waiting'] as const),
    ...refused.map(({ id }) => [id, 'refused'] as const),
  ]);

/** `settled`: as in `withKeptPhotos`. */
export function visitPhotos(
  answers: Answers,
  drafts: readonly DraftPhoto[],
  settled: readonly PhotoNamed[] = [],
): VisitPhotos {
  const answered = new Set(photosAnswered(answers));
  const taken = drafts.filter(({ id }) => answered.has(id));
  const ids = [...settled.map(({ photo }) => photo), ...taken.map(({ id }) => id)];
  return { answers: answered.size === 0 ? answers : withPhotos(answers, ids), taken };
}

export const named = ({ id, digest }: DraftPhoto): PhotoNamed => ({ photo: id, digest });

interface PhotosOf {
  author: Author;
  ids: Pick<IdSource, 'randomBytes'>;
  grid: string;
  event: PhotoPut['event'];
}

/** The documents the photos of a visit become. */
export function photoPuts(taken: readonly DraftPhoto[], { author, ids, grid, event }: PhotosOf): PhotoPut[] {
  return taken.map(({ id, width, height, takenAt }) => {
    const body: Photo = {
      ...headOf(author, ids),
      _id: id,
      type: 'photo',
      event: event.id,
      takenAt: new Date(takenAt).toISOString(),
      width,
      height,
    };
    return { scope: photosScope(grid), body: { ...body }, event };
  });
}
