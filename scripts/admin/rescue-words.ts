// What `rescue open` says: Chinese first, English beside it. Counts, types and codes of scopes; never a name.
export const rescueWords = {
  noSource: '没有写救援文件，也没有写 --from-server。 Name a rescue file, or say --from-server.',
  twoSources: '救援文件和 --from-server 只能选一个。 A rescue file or --from-server, not both.',
  noKey: '没有写私钥文件：--key FILE。 The private key is missing: --key FILE.',
  cannotRead: (file: string, code: string) => `读不了 ${file}（${code}）。 ${file} cannot be read.`,
  noRescueFile: (file: string) =>
    `${file} 不是救援文件，或者没有传完整。 ${file} is no rescue file, or not all of it came.`,
  found: (count: number) => `封件 envelopes: ${count}`,
  opened: (count: number) => `打开 opened: ${count}`,
  line: (scope: string, type: string, count: number) => `  ${scope}  ${type}  ${count}`,
  otherKey: (keyId: string, count: number) =>
    `${count} 个封给另一把密钥 ${keyId}，请再加上那个私钥文件。 sealed to another key: add its file with --key.`,
  damaged: (count: number) =>
    `${count} 个打不开：损坏了，或者不是平板封的。 damaged, or not sealed by a tablet.`,
  unsendable: (count: number) =>
    `${count} 个不送：要删除记录，或者不属于走访的库。 not sent: deletions, or for no database of the field.`,
  erased: (count: number) =>
    `${count} 个不送：那个人已按申请删除。 not sent: about somebody who was erased at her request.`,
  doubted: (count: number) =>
    `${count} 个作者核对不上，没有送；看过以后要送的，再加 --trust 编号。 not sent, their author is in doubt; look, then --trust ID:`,
  doubt: ({ scope, id, author, why }: { scope: string; id: string; author: string; why: string }) =>
    `  ${scope}  ${id}  ${author}  ${why}`,
  why: {
    noAuthor: '没有写作者 says no author',
    noAccount: '没有这个账号 no such account',
    noRole: '这个账号现在不能写这个库 her account may not write there now',
    otherMaker: '新建人和作者不是一个人 made by another than its author',
    otherTablet: '作者没有用过这台平板 she was never heard on that tablet',
  },
  dryRun: '只看了，什么也没送。 Looked only; nothing was sent.',
  present: (count: number) => `服务器已经有 there already: ${count}`,
  confirmed: (count: number) => `现在确认送到 sent and confirmed: ${count}`,
  refused: (reason: string, count: number) => `服务器不收 ${count} 个 refused by the server（${reason}）`,
  nothing: '没有新的要送。 Nothing was missing on the server.',
  allThere: '打开的都在服务器上了 ✓ Everything opened is on the server ✓',
};
