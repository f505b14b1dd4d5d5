// What `backup` and `restore` say: Chinese first, English beside it. Names of databases and counts; never a name of a person.
import type { Tally } from './backup-records.ts';

const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(1);

export const backupWords = {
  fileThere: (file: string) =>
    `已经有 ${file}，不覆盖，请换个名字。 ${file} is there and is not written over: give another name.`,
  cannotWrite: (file: string, code: string) => `写不了 ${file}（${code}）。 ${file} cannot be written.`,
  cannotRead: (file: string, code: string) => `读不了 ${file}（${code}）。 ${file} cannot be read.`,
  noBackup: (file: string) => `${file} 不是敲门的备份。 ${file} is no backup of Qiaomen.`,
  damaged: (file: string) =>
    `${file} 不完整，或者被改过：没有用它。 ${file} was cut short or altered, and is not used.`,
  doesNotOpen: (file: string) =>
    `${file} 打不开：口令或私钥不对，或者文件被改过。 ${file} does not open: another passphrase or key, or it was altered.`,
  forgedKey: (keyId: string) =>
    `服务器上的组织公钥和它的编号 ${keyId} 对不上，可能被人换过：没有备份。查明之前用 --passphrase。 The organisation key on the server is not the one its id names: nothing was written. Until that is found out: --passphrase.`,
  keyFileNeeded: (keyId: string) =>
    `这份备份封给了组织密钥 ${keyId}：用 --key 指出私钥文件。 It is sealed to the organisation key ${keyId}: name its file with --key.`,
  otherKey: (wanted: string, given: string) =>
    `备份封给了密钥 ${wanted}，给的是 ${given} 的文件。 It is sealed to key ${wanted}; the file given is of ${given}.`,
  noKey:
    '服务器上没有组织密钥：先 keys make，或用 --passphrase 设口令。不加密的备份要写明 --plain。 The server has no organisation key: keys make first, or --passphrase; a backup in the clear must be asked for with --plain.',
  oneSeal: '--passphrase 和 --plain 只能选一个。 --passphrase or --plain, not both.',
  askNew: (least: number) =>
    `给备份设一个口令（至少 ${least} 个字符） passphrase for the backup, at least ${least} characters: `,
  askAgain: '再输一遍 once more: ',
  ask: (file: string) => `${file} 的口令 passphrase: `,
  notAlike: '两次输入不一样。 The two are not alike.',
  tooShort: (least: number) => `口令至少 ${least} 个字符。 A passphrase has at least ${least} characters.`,
  noPassphrase:
    '没有口令：请设环境变量 BACKUP_PASSPHRASE，或在终端里运行。 No passphrase: set BACKUP_PASSPHRASE, or run it in a terminal.',
  database: ({ name, revisions, deleted, attachments, attachmentBytes }: Tally) =>
    `  ${name}  ${revisions} 版 revisions` +
    (deleted > 0 ? `（已删 deleted ${deleted}）` : '') +
    (attachments > 0 ? `，附件 attachments ${attachments}，${megabytes(attachmentBytes)} MB` : ''),
  total: (databases: number, revisions: number) =>
    `共 ${databases} 个库 databases，${revisions} 版 revisions`,
  made: (file: string) => `备份 backup  ${file}`,
  sealedTo: (keyId: string) =>
    `封给组织密钥 ${keyId}，要它的私钥文件和口令才能打开。 Sealed to the organisation key ${keyId}: it opens with that key's file and passphrase.`,
  sealedBy: '用口令封好。 Sealed by its passphrase.',
  plain:
    '没有加密！谁拿到这个文件谁就能看到所有人的资料。 NOT SEALED: whoever has this file reads everything.',
  point: (at: string) =>
    `${at} 之前存好的都在里面；之后存的可能在，也可能不在。 All that was stored before ${at} is in it; what came later may be in it or not.`,
  checkIt:
    '请用 backup check 试一遍，再放到别的机器上。 Try it with backup check, and keep it on another machine.',
  checked: (createdAt: string) =>
    `完好：数目和校验都对，备份于 ${createdAt} ✓ Whole: counts and digests are right; made ${createdAt} ✓`,
  wrongCounts: (name: string) =>
    `${name} 的内容和备份自己记的数目对不上。 What is in it of ${name} is not what it says it holds.`,
  wrongAttachment: (name: string, id: string) => `${name}/${id} 的附件损坏。 An attachment of it is damaged.`,
};
