// `backup`: every database of a running server into one sealed file. Invariants: nothing is written at the server; nothing
// stands in the file unsealed unless that was asked for outright; the file is there only when it is whole.
// Left out: `_local` documents (a tablet that does not find its own asks for everything again, which is what it must do),
// CouchDB's own `_replicator` and `_global_changes`, and the administrator's password, which is a setting.
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { TABLETS } from '#lib/domain/tablet-card.ts';
import type { CouchClient } from '../../couch-client.ts';
import { ProvisionError } from '../../provision/provision-error.ts';
import { AdminError, type AdminCall, type AdminCommand, type AdminServer } from '../admin-command.ts';
import { readOrganisationKey } from '../organisation-key.ts';
import { askCouch, inUrl } from './ask-couch.ts';
import { createBackupFile, type WritingBackup } from './backup-file.ts';
import { BACKUP } from './backup-header.ts';
import { newBackupPassphrase } from './backup-passphrase.ts';
import { NOT_OURS, securitySchema, type BackupRecord, type Tally } from './backup-records.ts';
import { backupWords as words } from './backup-words.ts';
import { sealByNothing, sealByPassphrase, sealToOrganisation, type NewSeal } from './chunk-seal.ts';
import { readLeaves } from './read-leaves.ts';
import { newTally } from './tally-leaves.ts';

/**
 * A restore goes by this order: what was erased since stands in the directory, and must be readable there until all other
 * databases are back; nobody has an account whose databases are not there; and a tablet that is known while its people are
 * not would take them for removed, and clear what is to refill the server.
 */
const LAST = [DIRECTORY, '_users', TABLETS];
const infoSchema = z.looseObject({ update_seq: z.unknown() });

export const backupMake: AdminCommand = {
  name: 'backup',
  synopsis: 'FILE [--passphrase | --plain]',
  summary: '备份整个服务器到一个加密文件 the whole server into one sealed file',
  help: `把所有的库（资料、账号、照片、权限、规则）写进一个文件。默认封给组织密钥，打开时要它的私钥文件；服务器可以照常使用。
All databases, with accounts, photos, rights and rules, into one file, while the server goes on working. Sealed to the
organisation's key unless said otherwise; opened again with that key's file.
  --passphrase    用口令加密 sealed by a passphrase instead (BACKUP_PASSPHRASE, or asked for)
  --plain         不加密 not sealed: whoever has the file reads everything`,
  options: { passphrase: { type: 'boolean' }, plain: { type: 'boolean' } },
  positionals: { least: 1, most: 1 },
  async run(call) {
    const file = call.positionals[0]!;
    if (call.flag('passphrase') && call.flag('plain')) throw new AdminError(words.oneSeal, 'usage');
    const server = await call.connect();
    const id = randomBytes(16).toString('hex');
    const createdAt = call.terminal.now().toISOString();
    const { sealedBy, sealFor } = await newSeal(call, server, id);
    const output = createBackupFile(file, { what: BACKUP, version: 1, id, createdAt, sealedBy }, sealFor);
    const databases = await writeAll(call, server, output).catch(async (fault: unknown) => {
      await output.abandon();
      throw fault;
    });
    const revisions = databases.reduce((sum, each) => sum + each.revisions, 0);
    return {
      lines: [
        ...databases.map(words.database),
        words.total(databases.length, revisions),
        words.made(file),
        sealedBy.by === 'organisation-key'
          ? words.sealedTo(sealedBy.keyId)
          : sealedBy.by === 'passphrase'
            ? words.sealedBy
            : words.plain,
        words.point(createdAt),
        words.checkIt,
      ],
      json: { file, id, createdAt, sealedBy: sealedBy.by, revisions, databases },
    };
  },
};

async function newSeal(call: AdminCall, { couch }: AdminServer, id: string): Promise<NewSeal> {
  if (call.flag('plain')) return sealByNothing();
  if (call.flag('passphrase')) return sealByPassphrase(await newBackupPassphrase(call.terminal));
  const key = await readOrganisationKey(couch);
  if (!key) throw new AdminError(words.noKey);
  return sealToOrganisation(key, id);
}

const toLine = (record: BackupRecord) => JSON.stringify(record);

async function writeAll(
  { terminal }: AdminCall,
  { client, couch }: AdminServer,
  output: WritingBackup,
): Promise<Tally[]> {
  const databases: Tally[] = [];
  const names = [...(await couch.listDatabases())].filter((name) => !NOT_OURS.has(name)).sort();
  const inOrder = [
    ...names.filter((name) => !LAST.includes(name)),
    ...LAST.filter((name) => names.includes(name)),
  ];
  for (const name of inOrder) {
    const beganAt = terminal.now().toISOString();
    const security = await askCouch(client, `/${inUrl(name)}/_security`, { as: securitySchema });
    const info = await askCouch(client, `/${inUrl(name)}`, { as: infoSchema });
    if (!security || !info) throw new ProvisionError('refused', `${name} is gone`);
    await output.line(toLine({ record: 'database', name, security, since: info.update_seq, beganAt }));
    const tally = await writeLeaves(client, name, output);
    await output.line(toLine({ record: 'database-end', ...tally }));
    databases.push(tally);
  }
  await output.line(toLine({ record: 'manifest', endedAt: terminal.now().toISOString(), databases }));
  await output.end();
  return databases;
}

async function writeLeaves(client: CouchClient, name: string, output: WritingBackup): Promise<Tally> {
  const tally = newTally(name);
  for await (const doc of readLeaves(client, name)) {
    const line = toLine({ record: 'leaf', doc });
    tally.add(doc, line);
    await output.line(line);
  }
  return tally.total();
}
