// `restore`: a backup onto an empty server, or over one. Invariants: the whole file is read and found right before anything
// is changed; what would be lost is said first; run again after it was cut short, it comes to the same end.
import type { Author } from '#lib/domain/document-head.ts';
import { AdminError, type AdminCommand, type AdminDone, type AdminServer } from '../admin-command.ts';
import { authorOf } from '../organisation-key.ts';
import { keyOption, openersOf } from './backup-check.ts';
import { NOT_OURS, type BackedUpLeaf } from './backup-records.ts';
import { isRestoring, readErasures, type Erasures } from './known-erasures.ts';
import { openBackup, type OpenedBackup } from './read-backup.ts';
import { isMerged, restoreDatabase, type RestoringDatabase } from './restore-database.ts';
import { findLosses, noteRevisions, type Losses } from './restore-losses.ts';
import { restoreWords as words } from './restore-words.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';

export const restore: AdminCommand = {
  name: 'restore',
  synopsis: 'FILE [--key FILE] [--replace] [--plain] [--erasures FILE|none …]',
  summary: '把备份恢复到服务器 a backup back onto a server',
  help: `把备份恢复到空的服务器，或换掉服务器上现有的库（--replace）。先读完、验完整份文件再动手；中断了再运行一次即可。
账号和审计只补缺，不覆盖。之后平板会把备份以后的工作送回来。
Onto an empty server, or in the place of what is there (--replace). The file is read and checked whole before anything is
changed; cut short, run it again. Accounts and audits are added to, not replaced. Tablets then bring back later work.
  --key FILE      组织密钥的私钥文件 the private key, where the backup is sealed to the organisation
  --replace       换掉现有的库 put databases that are there back to what they were
  --plain         备份没有加密，知道是谁写的 the file is not sealed, and you know who wrote it
  --erasures FILE 备份之后的删除回执，可多个；没有就写 none receipts of erasures since; none where there were none
口令取自 BACKUP_PASSPHRASE 或 KEY_PASSPHRASE，没有就询问。 Passphrases: BACKUP_PASSPHRASE or KEY_PASSPHRASE, or asked for.`,
  options: {
    ...keyOption,
    replace: { type: 'boolean' },
    plain: { type: 'boolean' },
    erasures: { type: 'string', multiple: true },
  },
  positionals: { least: 1, most: 1 },
  destroys: true,
  async run(call) {
    const file = call.positionals[0]!;
    const backup = await openBackup(file, openersOf(call, file));
    if (backup.header.sealedBy.by === 'nothing' && !call.flag('plain'))
      throw new AdminError(words.notSealed(file));
    const server = await call.connect();
    const there = await server.couch.listDatabases();
    const looked = await lookThrough(backup, server, there);
    const lines = linesOf(looked);
    if (call.dryRun) return { lines: [...lines, words.dryRun], json: { ...jsonOf(looked), dryRun: true } };
    if (looked.losses.length > 0 && !call.flag('replace'))
      throw new AdminError([...lines, words.askReplace].join('\n'));
    const erasures = await readErasures(server.client, there, call.texts('erasures'));
    const restored = await putBack({ backup, server, there, looked, erasures, author: authorOf(call) });
    return told(looked, restored, lines);
  },
};

interface Looked {
  /** Of databases that would be replaced. */
  losses: Losses[];
  merged: string[];
  /** On the server, and not in the backup. */
  kept: string[];
  /** By database. */
  rules: Map<string, string>;
  /** Ids that were erased while the backup was made: a database before the directory may hold them still. */
  erased: Set<string>;
}

const WRITE_RULES = '_design/write-rules';
const ERASURE = /^erasure:/;

/** Reads the whole file, and holds it against what the server has. */
async function lookThrough(
  { header, records }: OpenedBackup,
  { client }: AdminServer,
  there: ReadonlySet<string>,
): Promise<Looked> {
  const looked: Looked = { losses: [], merged: [], kept: [], rules: new Map(), erased: new Set() };
  const names = new Set<string>();
  let current = { name: '', isCompared: false, known: new Set<string>() };
  for await (const record of records()) {
    if (record.record === 'database') {
      const { name } = record;
      if (NOT_OURS.has(name)) throw new AdminError(words.notOurs(name));
      names.add(name);
      const isReplaced = there.has(name) && !isMerged(name);
      if (there.has(name) && isMerged(name)) looked.merged.push(name);
      const isCompared = isReplaced && !(await isRestoring(client, name, header.id));
      current = { name, isCompared, known: new Set() };
    }
    if (record.record === 'leaf') noteLeaf(current, looked, record.doc);
    if (record.record === 'database-end' && current.isCompared)
      looked.losses.push(await findLosses(client, current.name, current.known));
  }
  looked.kept = [...there].filter((name) => !names.has(name) && !name.startsWith('_')).sort();
  return looked;
}

function noteLeaf(
  { name, isCompared, known }: { name: string; isCompared: boolean; known: Set<string> },
  { rules, erased }: Looked,
  doc: BackedUpLeaf,
): void {
  if (isCompared) noteRevisions(known, doc);
  if (doc._id === WRITE_RULES && !doc._deleted && typeof doc.validate_doc_update === 'string')
    rules.set(name, doc.validate_doc_update);
  if (name === DIRECTORY && ERASURE.test(doc._id) && !doc._deleted && Array.isArray(doc.ids))
    for (const id of doc.ids) if (typeof id === 'string') erased.add(id);
}

const linesOf = ({ losses, merged, kept }: Looked): string[] => [
  ...losses.flatMap(({ database, documents, byType }) => [
    words.there(database, documents),
    ...Object.entries(byType).map(([type, count]) => words.byType(type, count)),
  ]),
  ...merged.map(words.merged),
  ...kept.map(words.kept),
  ...(losses.some(({ documents }) => documents > 0) ? [words.comesBack] : []),
];

const jsonOf = ({ losses, merged, kept }: Looked) => ({ losses, merged, kept });

interface PuttingBack {
  backup: OpenedBackup;
  server: AdminServer;
  there: ReadonlySet<string>;
  looked: Looked;
  erasures: Erasures;
  author: Author;
}

interface Restored {
  databases: { name: string; revisions: number; refused: Record<string, number> }[];
  erased: number;
}

async function putBack(asked: PuttingBack): Promise<Restored> {
  const { backup, server, there, looked, erasures, author } = asked;
  const { id, createdAt } = backup.header;
  const restored: Restored = { databases: [], erased: 0 };
  let current: RestoringDatabase | undefined;
  for await (const record of backup.records()) {
    if (record.record === 'database') {
      const { name, security } = record;
      current = await restoreDatabase(server, {
        ...{ name, security, author },
        exists: there.has(name),
        rules: looked.rules.get(name),
        backup: { id, createdAt },
        erased: { ids: new Set([...erasures.ids, ...looked.erased]), by: author.person },
        first: name === DIRECTORY ? erasures.documents : [],
      });
    }
    if (record.record === 'leaf') await current?.add(record.doc);
    if (record.record === 'database-end' && current) {
      const { present, refused, erased } = await current.end();
      restored.databases.push({
        name: record.name,
        revisions: present,
        refused: Object.fromEntries(refused),
      });
      restored.erased += erased;
    }
  }
  return restored;
}

function told(looked: Looked, { databases, erased }: Restored, before: string[]): AdminDone {
  const revisions = databases.reduce((sum, each) => sum + each.revisions, 0);
  const refused = databases.flatMap(({ name, refused: by }) =>
    Object.entries(by).map(([reason, count]) => words.refused(name, reason, count)),
  );
  return {
    lines: [
      ...before,
      ...databases.map(({ name, revisions: of }) => words.restored(name, of)),
      ...(erased > 0 ? [words.erased(erased)] : []),
      ...refused,
      words.total(databases.length, revisions),
      ...words.afterwards,
    ],
    json: { ...jsonOf(looked), databases, revisions, erased },
    exitCode: refused.length > 0 ? 1 : 0,
  };
}
