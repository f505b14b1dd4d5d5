// `backup check`: whether a file opens, and everything in it is as it was written. Needs no server.
import type { AdminCall, AdminCommand } from '../admin-command.ts';
import { knownPassphrase } from '../organisation-key.ts';
import { readPrivateKey } from '../private-key-file.ts';
import { knownBackupPassphrase } from './backup-passphrase.ts';
import type { Tally } from './backup-records.ts';
import { backupWords as words } from './backup-words.ts';
import type { Openers } from './chunk-seal.ts';
import { openBackup } from './read-backup.ts';

export const keyOption = { key: { type: 'string' } } as const;

/** From what the call gives: `--key FILE`, the environment, the terminal. */
export function openersOf(call: AdminCall, file: string): Openers {
  const keyFile = call.text('key');
  return {
    passphrase: () => knownBackupPassphrase(call.terminal, file),
    privateKey: async () =>
      keyFile === undefined
        ? undefined
        : readPrivateKey(keyFile, () => knownPassphrase(call.terminal, keyFile)),
  };
}

export const backupCheck: AdminCommand = {
  name: 'backup check',
  synopsis: 'FILE [--key FILE]',
  summary: '试一试备份能不能打开、完不完整 whether a backup opens and is whole',
  help: `从头到尾读一遍备份：能不能打开，数目、校验、照片对不对。不连服务器，什么也不改。
Reads a backup from end to end: whether it opens, and counts, digests and photos are right. Needs no server.
  --key FILE      组织密钥的私钥文件（封给组织密钥的备份） the private key, where it is sealed to the organisation
口令取自 BACKUP_PASSPHRASE（备份的）或 KEY_PASSPHRASE（私钥的），没有就询问。
The passphrase comes from BACKUP_PASSPHRASE (the backup's) or KEY_PASSPHRASE (the key's), or is asked for.`,
  options: keyOption,
  positionals: { least: 1, most: 1 },
  async run(call) {
    const file = call.positionals[0]!;
    const { header, records } = await openBackup(file, openersOf(call, file));
    let databases: Tally[] = [];
    for await (const record of records()) if (record.record === 'manifest') ({ databases } = record);
    const revisions = databases.reduce((sum, each) => sum + each.revisions, 0);
    const { id, createdAt } = header;
    return {
      lines: [
        ...databases.map(words.database),
        words.total(databases.length, revisions),
        words.checked(createdAt),
        ...(header.sealedBy.by === 'nothing' ? [words.plain] : []),
      ],
      json: { file, id, createdAt, sealedBy: header.sealedBy.by, revisions, databases },
    };
  },
};
