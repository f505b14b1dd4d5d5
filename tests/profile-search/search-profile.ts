// Searches the profile folder of a Chromium that has been closed for words that must not lie there: every file as it
// stands, LevelDB's tables and logs read as LevelDB reads them, and whatever is packed inside.
// Invariant: a table that cannot be read is named in `unread`; whoever searches must see that nothing is.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readLevelLog, readWriteBatch } from './level-log.ts';
import { isLevelTable, readLevelTable } from './level-table.ts';
import { unpackCacheBody, unpackGzip, unpackSnappyValue, type Unpacked } from './packed-bytes.ts';
import { wordScan, type WordForm } from './word-scan.ts';

export interface Hit {
  word: string;
  form: WordForm;
  /** From the profile's folder. */
  file: string;
  /** How the bytes were come by: `as it stands`, `snappy block`, `log record`, `snappy block > snappy value` … */
  within: string;
}

export interface ProfileSearch {
  hits: Hit[];
  /** What was read: a search that met no table proves nothing about tables. */
  read: {
    files: number;
    sizeBytes: number;
    tableBlocks: number;
    snappyBlocks: number;
    logRecords: number;
    unpacked: number;
  };
  unread: { file: string; reason: string }[];
}

interface Part {
  within: string;
  bytes: Buffer;
}

export function searchProfile(folder: string, words: readonly (string | Buffer)[]): ProfileSearch {
  const scan = wordScan(words);
  const search: ProfileSearch = {
    hits: [],
    read: { files: 0, sizeBytes: 0, tableBlocks: 0, snappyBlocks: 0, logRecords: 0, unpacked: 0 },
    unread: [],
  };
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = path.join(entry.parentPath, entry.name);
    const file = path.relative(folder, full);
    const bytes = readFileSync(full);
    search.read.files += 1;
    search.read.sizeBytes += bytes.length;
    const parts = [{ within: 'its name', bytes: Buffer.from(file) }, ...partsOf(bytes, file, search)];
    const hits = parts.flatMap((part) =>
      scan(part.bytes).map((found) => ({ ...found, file, within: part.within })),
    );
    search.hits.push(...new Map(hits.map((hit) => [Object.values(hit).join('\0'), hit])).values());
  }
  return search;
}

function partsOf(bytes: Buffer, file: string, search: ProfileSearch): Part[] {
  const levels = levelParts(bytes, file, search);
  const whole = { within: 'as it stands', bytes };
  const packed = [
    ...unpackCacheBody(bytes, path.basename(file)).map((found) => partOf(whole, found)),
    ...[whole, ...levels].flatMap((part) => unpackParts(part)),
  ];
  search.read.unpacked += packed.length;
  return [whole, ...levels, ...packed];
}

/** What LevelDB keeps in a file. The keys of a block share prefixes: a word in a key is whole only in the whole key. */
function levelParts(bytes: Buffer, file: string, search: ProfileSearch): Part[] {
  if (/\.(ldb|sst)$/.test(file)) {
    try {
      if (!isLevelTable(bytes)) throw new Error('no table of LevelDB');
      const blocks = readLevelTable(bytes);
      search.read.tableBlocks += blocks.length;
      search.read.snappyBlocks += blocks.filter((block) => block.snappy).length;
      return blocks.flatMap(({ snappy, bytes: block, entries }) => {
        const within = snappy ? 'snappy block' : 'raw block';
        const keys = entries.map(({ key }) => ({ within: `${within} > key`, bytes: key }));
        const values = entries.map(({ value }) => ({ within: `${within} > value`, bytes: value }));
        return [{ within, bytes: block }, ...keys, ...values];
      });
    } catch (error) {
      search.unread.push({ file, reason: error instanceof Error ? error.message : String(error) });
      return [];
    }
  }
  if (/(\.log|MANIFEST-\d+)$/.test(file)) {
    const records = readLevelLog(bytes);
    search.read.logRecords += records.length;
    return records.flatMap((record) => {
      const values = readWriteBatch(record).map(({ value }) => ({
        within: 'log record > value',
        bytes: value,
      }));
      return [{ within: 'log record', bytes: record }, ...values];
    });
  }
  return [];
}

/** What is packed in a part, and what is packed in that in turn, once. */
function unpackParts(part: Part): Part[] {
  const first = [...unpackSnappyValue(part.bytes), ...unpackGzip(part.bytes)].map((found) =>
    partOf(part, found),
  );
  return first.flatMap((inner) => [inner, ...unpackGzip(inner.bytes).map((found) => partOf(inner, found))]);
}

function partOf(outer: Part, found: Unpacked): Part {
  return { within: `${outer.within} > ${found.how}`, bytes: found.bytes };
}
