// `retention run`: deletes what has outlived the months of the table. Invariants: nothing goes that the table does not name
// with its basis; the audit says so before it is done; what the tablets still hold, this year's and last year's, stays.
import { writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { communityOfGrid } from '#lib/domain/scopes.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { writeAdministered } from '../../people/administered.ts';
import type { Office } from '../../people/office.ts';
import { AdminError, type AdminCommand, type AdminServer } from '../admin-command.ts';
import { authorOf } from '../organisation-key.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';
import { dropDatabase } from '../backup/restore-database.ts';
import { findPastYears, type PastPhotos, type PastYears } from './past-years.ts';
import { readRetention } from './retention-table.ts';
import { retentionWords as words } from './retention-words.ts';

const BATCH = 200;

export const retentionRun: AdminCommand = {
  name: 'retention run',
  synopsis: '[--receipt FILE]',
  summary: '删除过了保存期限的 deletes what is past its months',
  help: `按保存期限表删除过期年份的库和它们的照片，记入审计，写一份回执（删了什么、多少、依据）。先用 --dry-run 看。
Deletes databases of years past their months, and their photos; told in the audit, with a receipt of what, how much, why.
  --receipt FILE  回执写到哪里，默认当前目录 where the receipt goes; default: this folder`,
  options: { receipt: { type: 'string' } },
  positionals: { least: 0, most: 0 },
  destroys: true,
  async run(call) {
    const server = await call.connect();
    const rows = await readRetention(server.couch);
    if (rows.length === 0) return { lines: [words.noRows], json: { databases: [], photos: [] } };
    const author = authorOf(call);
    const past = await findPastYears(server, rows, beijingDate(author.now));
    const json = { at: author.now, by: author.person, ...summaryOf(past) };
    const lines = linesOf(past);
    if (lines.length === 0) return { lines: [words.nothingPast], json };
    if (call.dryRun) return { lines: [...lines, words.dryRun], json: { ...json, dryRun: true } };
    const file = call.text('receipt') ?? `retention-${author.now.replaceAll(/[:.]/g, '-')}.json`;
    // There before anything goes; what is in it is done when the command says so.
    await writeReceipt(file, { what: 'qiaomen retention receipt', version: 1, ...json });
    await carryOut(server, past, { couch: server.couch, author });
    const documents = past.databases.reduce((sum, each) => sum + each.documents, 0);
    const photos = past.photos.reduce((sum, each) => sum + photosIn(each), 0);
    return {
      lines: [
        ...lines,
        words.done(past.databases.length, documents, photos),
        words.receipt(file),
        words.backups,
      ],
      json: { ...json, receipt: file },
    };
  },
};

const photosIn = ({ leaves }: PastPhotos) => new Set(leaves.map(({ id }) => id)).size;

const summaryOf = ({ databases, photos }: PastYears) => ({
  databases: databases.map(({ name, documents, months, basis }) => ({ name, documents, months, basis })),
  photos: photos.map((each) => ({ name: each.name, photos: photosIn(each) })),
});

const linesOf = ({ databases, photos }: PastYears): string[] => [
  ...databases.map(words.database),
  ...photos.map((each) => words.photos(each.name, photosIn(each))),
];

async function writeReceipt(file: string, receipt: object): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(receipt, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 });
  } catch (fault) {
    const { code = '' } = fault as NodeJS.ErrnoException;
    throw new AdminError(code === 'EEXIST' ? words.fileThere(file) : words.cannotWrite(file, code));
  }
}

async function carryOut(server: AdminServer, past: PastYears, office: Office): Promise<void> {
  // Photos first: which are past is known by the databases of their events.
  for (const { name, code, leaves } of past.photos) {
    await writeAdministered(office, [communityOfGrid(code)], {
      ...{ did: 'pastYearsDeleted', count: leaves.length, why: 'photos' },
      ...(code.length === 15 && { grid: code }),
    });
    await deletePhotos(server, { name, leaves }, office.author.person);
  }
  for (const { name, code, kind, documents, basis } of past.databases) {
    await writeAdministered(office, [communityOfGrid(code)], {
      ...{ did: 'pastYearsDeleted', count: documents, why: `${kind}: ${basis}` },
      ...(code.length === 15 && { grid: code }),
    });
    await dropDatabase(server, name);
  }
}

/** With tombstones that say nothing; then their bytes go. */
async function deletePhotos(
  { client, couch }: AdminServer,
  { name, leaves }: Pick<PastPhotos, 'name' | 'leaves'>,
  by: string,
): Promise<void> {
  for (let from = 0; from < leaves.length; from += BATCH) {
    const tombstones = leaves
      .slice(from, from + BATCH)
      .map(({ id, rev }) => ({ _id: id, _rev: rev, _deleted: true, type: 'photo', updatedBy: by }));
    await couch.putDocuments(name, tombstones);
  }
  await askCouch(client, `/${inUrl(name)}/_compact`, { as: z.looseObject({}), body: {} });
}
