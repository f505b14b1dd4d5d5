// A backup out of its file, record by record, held against its own counts and digests. Invariant: who reads to the end
// without an error has read all that was written, as it was written.
import { Buffer } from 'node:buffer';
import { attachmentDigest } from '#lib/protocol/attachment.ts';
import { AdminError } from '../admin-command.ts';
import { readHeader, readLines } from './backup-file.ts';
import type { BackupHeader } from './backup-header.ts';
import { recordSchema, type BackedUpLeaf, type BackupRecord, type Tally } from './backup-records.ts';
import { backupWords as words } from './backup-words.ts';
import { sealOf, type Openers } from './chunk-seal.ts';
import { newTally, type Tallying } from './tally-leaves.ts';

/** CouchDB packs what it thinks of as text, and says the digest of the packed bytes. */
const PACKED = /^(text\/|application\/(javascript|json|xml))/;

export interface OpenedBackup {
  header: BackupHeader;
  /** From the beginning; may be called more than once. Throws an `AdminError` where something is not as it was written. */
  records(): AsyncGenerator<BackupRecord, void>;
}

export async function openBackup(file: string, openers: Openers): Promise<OpenedBackup> {
  const opened = await readHeader(file);
  const sealFor = await sealOf(opened.header, openers);
  return { header: opened.header, records: () => checked(file, readLines(file, opened, sealFor)) };
}

async function* checked(file: string, lines: AsyncIterable<string>): AsyncGenerator<BackupRecord, void> {
  const ended: Tally[] = [];
  let current: { name: string; tally: Tallying } | undefined;
  let isWhole = false;
  for await (const line of lines) {
    const record = recordOf(file, line);
    if (isWhole) throw new AdminError(words.damaged(file));
    switch (record.record) {
      case 'database':
        if (current) throw new AdminError(words.damaged(file));
        current = { name: record.name, tally: newTally(record.name) };
        break;
      case 'leaf':
        if (!current) throw new AdminError(words.damaged(file));
        checkAttachments(current.name, record.doc);
        current.tally.add(record.doc, line);
        break;
      case 'database-end': {
        const counted = current?.tally.total();
        if (!counted || !isSame(counted, record)) throw new AdminError(words.wrongCounts(record.name));
        ended.push(counted);
        current = undefined;
        break;
      }
      case 'manifest':
        isWhole =
          !current &&
          record.databases.length === ended.length &&
          record.databases.every((each, at) => isSame(each, ended[at]!));
        if (!isWhole) throw new AdminError(words.damaged(file));
    }
    yield record;
  }
  if (!isWhole) throw new AdminError(words.damaged(file));
}

const isSame = (a: Tally, b: Tally) =>
  a.name === b.name &&
  a.revisions === b.revisions &&
  a.digest === b.digest &&
  a.attachments === b.attachments;

function recordOf(file: string, line: string): BackupRecord {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new AdminError(words.damaged(file));
  }
  const read = recordSchema.safeParse(json);
  if (!read.success) throw new AdminError(words.damaged(file));
  return read.data;
}

function checkAttachments(database: string, { _id, _attachments = {} }: BackedUpLeaf): void {
  for (const { content_type: type, digest, data } of Object.values(_attachments)) {
    if (PACKED.test(type) || !digest.startsWith('md5-')) continue;
    if (attachmentDigest(new Uint8Array(Buffer.from(data, 'base64'))) !== digest)
      throw new AdminError(words.wrongAttachment(database, _id));
  }
}
