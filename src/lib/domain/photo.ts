// 照片: one picture taken at a door, a document of its own with one attachment, in the grid's scope of photos. An event:
// written once, never changed. The visit it belongs to names it with the digest of its bytes.
import * as z from 'zod/mini';
import { documentHead } from './document-head.ts';
import { isoInstantSchema } from './time-schemas.ts';

/** domain.md, F0: `photos ≤ 3`. */
export const PHOTOS_PER_VISIT = 3;
/** security.md 2. */
export const PHOTO_LONGEST_PX = 1600;
export const PHOTO_BYTES = 200_000;
/** The key of a form's answer that lists its photos, one a row. */
export const PHOTOS_KEY = 'photos';
export const PHOTO_KEY = 'photo';
/** The one attachment of a photo's document. */
export const PHOTO_ATTACHMENT = 'photo.jpg';
export const PHOTO_TYPE = 'image/jpeg';

export const photoSchema = z.looseObject({
  ...documentHead,
  type: z.literal('photo'),
  /** The visit it was taken at. */
  event: z.string(),
  takenAt: isoInstantSchema,
  width: z.number().check(z.int(), z.minimum(1)),
  height: z.number().check(z.int(), z.minimum(1)),
});
export type Photo = z.infer<typeof photoSchema>;

/** As a visit names it. */
export const photoNamedSchema = z.looseObject({
  photo: z.string(),
  /** Of the bytes, as CouchDB gives it: `md5-` and base64. */
  digest: z.string(),
});
export type PhotoNamed = z.infer<typeof photoNamedSchema>;
