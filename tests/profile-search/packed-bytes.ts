// Finds what is packed inside other bytes and unpacks it: values of IndexedDB that Chromium pressed with Snappy, gzip
// streams anywhere, and bodies in the HTTP and service worker caches that came with Brotli.
// Invariant: what does not unpack was not packed; the bytes themselves are searched all the same.
import { brotliDecompressSync, constants, gunzipSync } from 'node:zlib';
import { uncompress } from 'snappyjs';

export interface Unpacked {
  how: 'snappy value' | 'gzip' | 'brotli';
  offset: number;
  bytes: Buffer;
}

const LARGEST_BYTES = 256 * 1024 * 1024;

/** Chromium, third_party/blink/renderer/modules/indexeddb/idb_value_wrapping.cc: a version tag, then raw Snappy. */
const SNAPPY_VALUE = Buffer.from([0xff, 0x11, 0x02]);
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);

/** To be tried on one value alone: raw Snappy does not say where it ends. */
export function unpackSnappyValue(bytes: Buffer): Unpacked[] {
  return placesOf(SNAPPY_VALUE, bytes).flatMap((offset) =>
    tried(() => ({
      how: 'snappy value' as const,
      offset,
      bytes: Buffer.from(uncompress(bytes.subarray(offset + SNAPPY_VALUE.length), LARGEST_BYTES)),
    })),
  );
}

/** A stream that was cut short gives what can be had of it. */
export function unpackGzip(bytes: Buffer): Unpacked[] {
  return placesOf(GZIP, bytes).flatMap((offset) =>
    tried(() => ({
      how: 'gzip' as const,
      offset,
      bytes: gunzipSync(bytes.subarray(offset), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: LARGEST_BYTES,
      }),
    })),
  );
}

/** Brotli has no mark of its own: it is tried where a body may begin. */
function unpackBrotli(bytes: Buffer, offset: number): Unpacked[] {
  return tried(() => ({
    how: 'brotli' as const,
    offset,
    bytes: brotliDecompressSync(bytes, {
      finishFlush: constants.BROTLI_OPERATION_FLUSH,
      maxOutputLength: LARGEST_BYTES,
    }),
  }));
}

/** Chromium, net/disk_cache/simple/simple_entry_format.h: a header, the key, streams that each end in a mark. */
const ENTRY_START = 0xfcfb6d1ba7725c30n;
const ENTRY_HEADER_BYTES = 24;
const STREAM_END = Buffer.from('d8410d97456ffaf4', 'hex');

/** The first stream of a file of the simple cache, or a whole file of the older cache (`f_…`). */
export function unpackCacheBody(bytes: Buffer, fileName: string): Unpacked[] {
  if (/^f_[0-9a-f]+$/.test(fileName)) return unpackBrotli(bytes, 0);
  if (bytes.length < ENTRY_HEADER_BYTES || bytes.readBigUInt64LE(0) !== ENTRY_START) return [];
  const start = ENTRY_HEADER_BYTES + bytes.readUInt32LE(12);
  const end = bytes.indexOf(STREAM_END, start);
  return unpackBrotli(bytes.subarray(start, end < 0 ? bytes.length : end), start);
}

function placesOf(mark: Buffer, bytes: Buffer): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) places.push(at);
  return places;
}

function tried(unpack: () => Unpacked): Unpacked[] {
  try {
    const unpacked = unpack();
    return unpacked.bytes.length > 0 ? [unpacked] : [];
  } catch {
    return [];
  }
}
