// The photos of a form among its answers: a repeat of uploads, a row for each, the file's name being the photo's id.
import { PHOTO_KEY, PHOTOS_KEY } from './photo.ts';
import type { Answers } from './visit.ts';

/** Ids in the order they were taken. */
export function photosAnswered(answers: Answers): string[] {
  const rows = answers[PHOTOS_KEY];
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row) => {
    const id = typeof row === 'object' ? row[PHOTO_KEY] : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

/** The same answers with these photos and no others. */
export function withPhotos(answers: Answers, ids: readonly string[]): Answers {
  const { [PHOTOS_KEY]: _photos, ...others } = answers;
  return ids.length === 0 ? others : { ...others, [PHOTOS_KEY]: ids.map((id) => ({ [PHOTO_KEY]: id })) };
}
