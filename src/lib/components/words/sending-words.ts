// Whether what was done at a door is on the server already, photos and all.
import { m } from '#messages';
import type { VisitRow } from '#lib/domain/field-views.ts';

/** Said of its photos until the server has confirmed each; undefined where none is left. */
export function unsentPhotosWord({ photos }: Pick<VisitRow, 'photos'>): string | undefined {
  if (photos.some(({ state }) => state === 'refused')) return m.photo_refused();
  return photos.some(({ state }) => state === 'waiting') ? m.photo_waiting() : undefined;
}

/** What is not there yet of a visit, itself first; undefined where everything is. */
export const unsentWord = (visit: Pick<VisitRow, 'photos' | 'waiting'>): string | undefined =>
  visit.waiting ? m.visit_waiting() : unsentPhotosWord(visit);
