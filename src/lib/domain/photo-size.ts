// How large a photo is drawn anew.

export interface PictureSize {
  width: number;
  height: number;
}

/** The same shape with no side longer than this; never larger than it was. Whole pixels, at least one. */
export function fitted({ width, height }: PictureSize, longestPx: number): PictureSize {
  const scale = Math.min(1, longestPx / Math.max(width, height));
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  return { width: scaled(width), height: scaled(height) };
}
