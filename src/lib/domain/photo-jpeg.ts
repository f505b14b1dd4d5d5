// The segments of a JPEG file, and a JPEG without those that tell where, when and with what it was taken.
// Invariant: what `withoutMetadata` answers holds no EXIF, XMP, IPTC, comment or thumbnail, and the same pixels. Source:
// ITU-T T.81 (JPEG), annex B; Exif 2.32, section 4.5.

/** What precedes the pixels is read up to here. */
const START_OF_SCAN = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;
const APP15 = 0xef;
const COMMENT = 0xfe;

interface Segment {
  marker: number;
  /** Of the marker's first byte, and of what follows the segment. */
  from: number;
  to: number;
}

/** Up to the start of the pixels; undefined where this is no JPEG. */
function segmentsOf(bytes: Uint8Array): Segment[] | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= bytes.length;) {
    const marker = bytes[at + 1]!;
    if (bytes[at] !== 0xff || marker === 0xff) return undefined;
    const to = at + 2 + ((bytes[at + 2]! << 8) | bytes[at + 3]!);
    if (to > bytes.length) return undefined;
    segments.push({ marker, from: at, to });
    if (marker === START_OF_SCAN) return segments;
    at = to;
  }
  return undefined;
}

/** Markers up to the start of the pixels; undefined where this is no JPEG. */
export function jpegMarkers(bytes: Uint8Array): number[] | undefined {
  return segmentsOf(bytes)?.map(({ marker }) => marker);
}

/** JFIF's own and Adobe's say how the pixels are to be read; every other application's segment says something else. */
const tells = ({ marker }: Segment) =>
  marker === COMMENT || (marker > APP0 && marker <= APP15 && marker !== APP14);

/** Undefined where this is no JPEG. */
export function withoutMetadata(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | undefined {
  const segments = segmentsOf(bytes);
  if (!segments) return undefined;
  const away = segments.filter(tells);
  if (away.length === 0) return bytes;
  const kept = new Uint8Array(bytes.length - away.reduce((sum, { from, to }) => sum + to - from, 0));
  let read = 0;
  let written = 0;
  for (const { from, to } of [...away, { from: bytes.length, to: bytes.length }]) {
    kept.set(bytes.subarray(read, from), written);
    written += from - read;
    read = to;
  }
  return kept;
}
