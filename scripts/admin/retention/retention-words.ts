// What the commands about retention say: Chinese first, English beside it. Names of databases, counts and laws.
import type { Retained } from '#lib/domain/retention.ts';

const kinds: Record<Retained, string> = {
  events: '走访等事件（按年） events, by year',
  desk: '受理（按年） requests, by year',
  photos: '照片 photos',
};

interface PastLine {
  name: string;
  documents: number;
  months: number;
  basis: string;
}

export const retentionWords = {
  kind: (kind: Retained) => kinds[kind],
  row: (kind: Retained, months: number, basis: string) =>
    `  ${kind}  ${kinds[kind]}  ${months} 个月 months  依据 basis：${basis}`,
  keptForEver: (kind: Retained) => `  ${kind}  ${kinds[kind]}  没有期限，一直保存 no limit: kept`,
  noLaw:
    '没有写期限的，软件不替您定：个人信息保护法第十九条要求不超过必要的时间，几个月由单位按所依据的规定写明。 Where nothing is set nothing goes: 个人信息保护法 19 asks for no longer than needed; how long that is, and by which rule, is the office’s to say.',
  photosFollow:
    '照片没有自己的期限时，跟着它的走访或受理一起删。 Photos without a limit of their own go with what they belong to.',
  audit:
    '  audit  审计一直保存：网络安全法要求日志至少留六个月，这个命令不删它。 audits are kept: 网络安全法 asks for logs of at least six months; nothing here deletes them.',
  noDirectory: '服务器上还没有街道的目录。 The server has no directory yet.',
  unknownKind: (given: string) =>
    `没有“${given}”这一类：events、desk、photos。 "${given}" is none of events, desk, photos.`,
  badMonths: (given: string) =>
    `月数应是 12 到 1200 的整数，写的是“${given}”（今年和去年的还在平板上）。 "${given}" is no number of months from 12 to 1200: this year's and last year's are on the tablets.`,
  noBasis: '要写依据：--basis “哪部法律或规定的哪一条”。 Say by which law or rule: --basis "…".',
  set: (kind: Retained, months: number) => `已定：${kinds[kind]} ${months} 个月 ✓ set: ${months} months ✓`,
  unset: (kind: Retained) => `已取消期限：${kinds[kind]} 一直保存 ✓ no limit any more: kept ✓`,
  noRows: '还没有定任何期限，没有可删的。 No limit is set: nothing to delete.',
  nothingPast: '没有过期的。 Nothing is past its months.',
  database: ({ name, documents, months, basis }: PastLine) =>
    `  ${name}  ${documents} 份 documents  （${months} 个月 months，${basis}）`,
  photos: (name: string, documents: number) => `  ${name}  ${documents} 张照片 photos`,
  dryRun: '只看了，什么也没删。 Looked only; nothing was deleted.',
  done: (databases: number, documents: number, photos: number) =>
    `删了 ${databases} 个库、${documents} 份记录、${photos} 张照片 ✓ deleted: ${databases} databases, ${documents} documents, ${photos} photos ✓`,
  receipt: (file: string) => `回执 receipt  ${file}`,
  backups: '旧备份里还有它们：按同样的期限处理备份。 Older backups still hold them: let those go, too.',
  fileThere: (file: string) => `已经有 ${file}，不覆盖。 ${file} is there and is not written over.`,
  cannotWrite: (file: string, code: string) => `写不了 ${file}（${code}）。 ${file} cannot be written.`,
};
