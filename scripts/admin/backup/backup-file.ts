// A backup as a file: one line that says what it is, then its lines packed (gzip) and sealed chunk by chunk, each behind its
// length in four bytes. Invariants: never the whole of it in memory; a file is readable by its owner alone, takes no other's
// place, and bears its name only when it is whole and on the disk.
import { Buffer } from 'node:buffer';
import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { once } from 'node:events';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { AdminError } from '../admin-command.ts';
import { backupHeaderSchema, type BackupHeader } from './backup-header.ts';
import { backupWords as words } from './backup-words.ts';
import type { ChunkSeal, SealFor } from './chunk-seal.ts';

const CHUNK = 256 * 1024;
const MOST_SEALED = CHUNK + 64;
const HEADER_BYTES = 4_096;
/** One document with its attachments. */
const LINE_BYTES = 256 * 1024 * 1024;

/** `line` waits where the disk is slower than the server. */
export interface WritingBackup {
  line(text: string): Promise<void>;
  /** Throws an `AdminError` where the disk would not have it. */
  end(): Promise<void>;
  /** Leaves nothing behind. */
  abandon(): Promise<void>;
}

/** Throws an `AdminError` where there is such a file already, or none can be written. */
export function createBackupFile(file: string, header: BackupHeader, sealFor: SealFor): WritingBackup {
  if (existsSync(file)) throw new AdminError(words.fileThere(file));
  const part = `${file}.part`;
  const headerLine = JSON.stringify(header);
  const gzip = createGzip();
  // Never into a file or a link that somebody else laid there.
  rmSync(part, { force: true });
  const output = createWriteStream(part, { mode: 0o600, flags: 'wx' });
  const written = pipeline(gzip, (source) => frames(source, headerLine, sealFor(headerLine)), output);
  let fault: unknown;
  written.catch((reason: unknown) => (fault = reason));
  return {
    async line(text) {
      if (!fault && gzip.write(`${text}\n`)) return;
      if (!fault) await Promise.race([once(gzip, 'drain'), written]).catch(() => undefined);
      if (fault) throw cannotWrite(file, fault);
    },
    async end() {
      try {
        gzip.end();
        await written;
        await syncToDisk(part);
        // A rename would take another file's place, a link does not.
        await link(part, file);
        await rm(part);
        await syncToDisk(path.dirname(file));
      } catch (reason) {
        throw cannotWrite(file, reason);
      }
    },
    async abandon() {
      gzip.destroy();
      await written.catch(() => undefined);
      await rm(part, { force: true });
    },
  };
}

function cannotWrite(file: string, reason: unknown): AdminError {
  const { code = '' } = reason as NodeJS.ErrnoException;
  return new AdminError(code === 'EEXIST' ? words.fileThere(file) : words.cannotWrite(file, code));
}

async function syncToDisk(place: string): Promise<void> {
  const handle = await open(place, 'r');
  await handle.sync().finally(() => handle.close());
}

async function* frames(source: AsyncIterable<Buffer>, headerLine: string, seal: ChunkSeal) {
  yield Buffer.from(`${headerLine}\n`);
  let number = 0;
  let waiting: Buffer = Buffer.alloc(0);
  for await (const bytes of source) {
    waiting = Buffer.concat([waiting, bytes]);
    for (; waiting.length > CHUNK; waiting = waiting.subarray(CHUNK))
      yield framed(await seal.seal(waiting.subarray(0, CHUNK), { number: number++, isLast: false }));
  }
  yield framed(await seal.seal(waiting, { number, isLast: true }));
}

function framed(sealed: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(sealed.length);
  return Buffer.concat([length, sealed]);
}

interface Opened {
  header: BackupHeader;
  headerLine: string;
}

/** Throws an `AdminError` where there is no such file, or it is no backup. */
export async function readHeader(file: string): Promise<Opened> {
  let start;
  try {
    const handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle
      .read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
      .finally(() => handle.close());
    start = buffer.subarray(0, bytesRead);
  } catch (reason) {
    throw new AdminError(words.cannotRead(file, (reason as NodeJS.ErrnoException).code ?? ''));
  }
  const headerLine = start.subarray(0, Math.max(0, start.indexOf(0x0a))).toString('utf8');
  const read = backupHeaderSchema.safeParse(jsonOf(headerLine));
  if (!read.success) throw new AdminError(words.noBackup(file));
  return { header: read.data, headerLine };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Its lines, in their order. What is given was sealed in this file at this place; that nothing is missing behind it is known
 * only at the end. Throws an `AdminError` at the first chunk that does not open.
 */
export async function* readLines(
  file: string,
  { headerLine }: Opened,
  sealFor: SealFor,
): AsyncGenerator<string, void> {
  const gunzip = createGunzip();
  const feeding = pipeline(openedChunks(file, headerLine, sealFor(headerLine)), gunzip);
  feeding.catch(() => undefined);
  let parts: Buffer[] = [];
  let held = 0;
  try {
    for await (const bytes of gunzip as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, from)) {
        yield Buffer.concat([...parts, bytes.subarray(from, at)]).toString('utf8');
        [parts, held, from] = [[], 0, at + 1];
      }
      parts.push(bytes.subarray(from));
      held += bytes.length - from;
      if (held > LINE_BYTES) throw new AdminError(words.damaged(file));
    }
    await feeding;
  } catch (reason) {
    throw reason instanceof AdminError ? reason : new AdminError(words.damaged(file));
  }
  if (held > 0) throw new AdminError(words.damaged(file));
}

async function* openedChunks(file: string, headerLine: string, seal: ChunkSeal) {
  let number = 0;
  let waiting: Buffer = Buffer.alloc(0);
  const open = async (isLast: boolean) => {
    const length = waiting.readUInt32BE(0);
    const plain = await seal.open(waiting.subarray(4, 4 + length), { number, isLast });
    if (!plain) throw new AdminError(number === 0 ? words.doesNotOpen(file) : words.damaged(file));
    waiting = waiting.subarray(4 + length);
    number++;
    return plain;
  };
  const start = Buffer.byteLength(headerLine) + 1;
  for await (const bytes of createReadStream(file, {
    start,
    highWaterMark: CHUNK,
  }) as AsyncIterable<Buffer>) {
    waiting = Buffer.concat([waiting, bytes]);
    // The last one is known by that nothing follows it.
    while (waiting.length > 4 && waiting.length > 4 + lengthAt(waiting, file)) yield await open(false);
  }
  if (waiting.length < 4 || waiting.length !== 4 + lengthAt(waiting, file))
    throw new AdminError(words.damaged(file));
  yield await open(true);
}

function lengthAt(frame: Buffer, file: string): number {
  const length = frame.readUInt32BE(0);
  if (length > MOST_SEALED) throw new AdminError(words.damaged(file));
  return length;
}
