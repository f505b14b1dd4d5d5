// Reads LevelDB's sorted tables (.ldb, .sst): every data block, unpacked, and every entry with its whole key.
// Invariant: a block that cannot be read throws; nothing is passed over in silence.
// Source: LevelDB, doc/table_format.md.
import { uncompress } from 'snappyjs';
import { byteReader } from './byte-reader.ts';

const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
const RAW = 0;
const SNAPPY = 1;

export interface TableBlock {
  offset: number;
  snappy: boolean;
  /** The block as it stands after unpacking: keys share prefixes in it. */
  bytes: Buffer;
  entries: { key: Buffer; value: Buffer }[];
}

export function isLevelTable(file: Buffer): boolean {
  return file.length >= FOOTER_BYTES && file.readBigUInt64LE(file.length - 8) === MAGIC;
}

/** All blocks of entries that the index names. Throws on a block of unknown compression, or one that is cut short. */
export function readLevelTable(file: Buffer): TableBlock[] {
  const footer = byteReader(file, file.length - FOOTER_BYTES);
  readHandle(footer); // metaindex: filters only, no keys
  const index = readBlock(file, readHandle(footer));
  return index.entries.map(({ value }) => readBlock(file, readHandle(byteReader(value))));
}

interface BlockHandle {
  offset: number;
  size: number;
}

function readHandle(from: { varint(): number }): BlockHandle {
  const offset = from.varint();
  return { offset, size: from.varint() };
}

function readBlock(file: Buffer, { offset, size }: BlockHandle): TableBlock {
  const packed = byteReader(file, offset).bytes(size);
  const compression = file.readUInt8(offset + size);
  if (compression !== RAW && compression !== SNAPPY) {
    throw new Error(`the block at ${offset} is packed in a way unknown here (${compression})`);
  }
  const snappy = compression === SNAPPY;
  const bytes = snappy ? Buffer.from(uncompress(packed)) : packed;
  return { offset, snappy, bytes, entries: readEntries(bytes) };
}

/** Entries give only the part of their key that differs from the one before; after them stand restarts and their number. */
function readEntries(block: Buffer): TableBlock['entries'] {
  const end = block.length - 4 - 4 * block.readUInt32LE(block.length - 4);
  const entries: TableBlock['entries'] = [];
  const reader = byteReader(block);
  let key = Buffer.alloc(0);
  while (reader.offset < end) {
    const kept = reader.varint();
    const added = reader.varint();
    const valueBytes = reader.varint();
    key = Buffer.concat([key.subarray(0, kept), reader.bytes(added)]);
    entries.push({ key, value: reader.bytes(valueBytes) });
  }
  return entries;
}
