// Counts the revisions of one database while they pass, in making a backup and in reading one.
import { createHash } from 'node:crypto';
import type { BackedUpLeaf, Tally } from './backup-records.ts';

export interface Tallying {
  /** `line`: as it stands in the file, without its end. */
  add(doc: BackedUpLeaf, line: string): void;
  total(): Tally;
}

export function newTally(name: string): Tallying {
  const hash = createHash('sha256');
  const counted = { revisions: 0, deleted: 0, attachments: 0, attachmentBytes: 0 };
  return {
    add(doc, line) {
      hash.update(line).update('\n');
      counted.revisions++;
      if (doc._deleted) counted.deleted++;
      for (const { data } of Object.values(doc._attachments ?? {})) {
        counted.attachments++;
        counted.attachmentBytes += bytesIn(data);
      }
    },
    total: () => ({ name, ...counted, digest: hash.copy().digest('hex') }),
  };
}

/** What base64 stands for. */
const bytesIn = (data: string) =>
  (data.length / 4) * 3 - (data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0);
