// A picture drawn anew, off the thread that paints: small enough to send, the right way up, and nothing in it but pixels
// (security.md 2). Invariant: what comes out was made by this canvas; no byte of the file that came in is in it.
import type { Room } from '#lib/domain/photo-budget.ts';
import { withoutMetadata } from '#lib/domain/photo-jpeg.ts';
import { fitted, type PictureSize } from '#lib/domain/photo-size.ts';
import { PHOTO_BYTES, PHOTO_LONGEST_PX, PHOTO_TYPE } from '#lib/domain/photo.ts';

export interface Redrawn extends PictureSize {
  bytes: Uint8Array<ArrayBuffer>;
}

/** Tried in this order until one is small enough; the last always is, but for pictures nobody can take. */
const QUALITIES = [0.82, 0.72, 0.62, 0.52, 0.42];
const LONGEST_PX = [PHOTO_LONGEST_PX, 1280, 960, 640];
/** Larger files are no photos of a tablet's. */
const MOST_BYTES = 60_000_000;

/** Undefined where this is no picture that the browser opens. */
export async function redraw(picture: Blob): Promise<Redrawn | undefined> {
  if (picture.size > MOST_BYTES) return undefined;
  // Without options the browser turns it as its EXIF says.
  const bitmap = await createImageBitmap(picture).catch(() => undefined);
  if (!bitmap) return undefined;
  try {
    for (const longestPx of LONGEST_PX) {
      const drawn = await smallEnough(bitmap, fitted(bitmap, longestPx));
      if (drawn) return drawn;
    }
    return undefined;
  } finally {
    bitmap.close();
  }
}

async function smallEnough(bitmap: ImageBitmap, size: PictureSize): Promise<Redrawn | undefined> {
  const canvas = new OffscreenCanvas(size.width, size.height);
  const context = canvas.getContext('2d', { alpha: false });
  if (!context) return undefined;
  // What is see-through would turn black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, size.width, size.height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, size.width, size.height);
  for (const quality of QUALITIES) {
    const blob = await canvas.convertToBlob({ type: PHOTO_TYPE, quality });
    const bytes = withoutMetadata(new Uint8Array(await blob.arrayBuffer()));
    if (bytes && bytes.length <= PHOTO_BYTES) return { bytes, ...size };
  }
  return undefined;
}

/** What the browser says of the room this origin has; nothing where it does not say. */
export async function browserRoom(): Promise<Room> {
  const { quota, usage } = await navigator.storage.estimate().catch((): StorageEstimate => ({}));
  return { quota, usage };
}
