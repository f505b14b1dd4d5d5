// Reads LevelDB's logs (.log, MANIFEST): records joined from their fragments, so that a word that lies across the border
// of two blocks is whole again, and the batches of writes in them.
// Source: LevelDB, doc/log_format.md and db/write_batch.cc.
import { byteReader } from './byte-reader.ts';

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const LAST = 4;

/**
 * Whole records in order, and at the end what was begun and never finished. A fragment of unknown type ends its block:
 * LevelDB fills blocks with zeros, and a browser that was killed leaves a torn end.
 */
export function readLevelLog(file: Buffer): Buffer[] {
  const records: Buffer[] = [];
  let begun: Buffer[] = [];
  const finish = () => {
    if (begun.length > 0) records.push(Buffer.concat(begun));
    begun = [];
  };
  for (const { type, bytes } of fragments(file)) {
    if (type === FULL || type === FIRST) finish();
    begun.push(bytes);
    if (type === FULL || type === LAST) finish();
  }
  finish();
  return records;
}

function* fragments(file: Buffer): Generator<{ type: number; bytes: Buffer }> {
  for (let block = 0; block < file.length; block += BLOCK_BYTES) {
    const end = Math.min(block + BLOCK_BYTES, file.length);
    let at = block;
    while (at + HEADER_BYTES <= end) {
      const size = file.readUInt16LE(at + 4);
      const type = file.readUInt8(at + 6);
      if (type < FULL || type > LAST || at + HEADER_BYTES + size > end) break;
      yield { type, bytes: file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + size) };
      at += HEADER_BYTES + size;
    }
  }
}

const BATCH_HEADER_BYTES = 12;
const DELETION = 0;
const VALUE = 1;

/** The entries of a record that is a batch of writes; those read before it breaks off where it is torn or none. */
export function readWriteBatch(record: Buffer): { key: Buffer; value: Buffer }[] {
  const entries: { key: Buffer; value: Buffer }[] = [];
  const reader = byteReader(record, Math.min(BATCH_HEADER_BYTES, record.length));
  try {
    while (reader.left > 0) {
      const kind = reader.varint();
      if (kind !== VALUE && kind !== DELETION) break;
      const key = reader.bytes(reader.varint());
      entries.push({ key, value: kind === VALUE ? reader.bytes(reader.varint()) : Buffer.alloc(0) });
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return entries;
}
