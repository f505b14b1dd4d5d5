// What `restore` says: Chinese first, English beside it. Names of databases, types and counts; never a name of a person.
export const restoreWords = {
  notSealed: (file: string) =>
    `${file} 没有加密，谁都可能改过：确定来路，再加 --plain。 It is not sealed, anybody may have written it: where you are sure of it, add --plain.`,
  notOurs: (name: string) =>
    `备份里有不该有的库 ${name}，没有恢复。 The backup holds ${name}, which no backup of ours has; nothing was restored.`,
  askReplace:
    '服务器上已经有这些库：恢复会把它们换成备份时的样子。确定要换，加 --replace（先 --dry-run 看清楚）。 These databases are there: a restore puts them back to what they were. To do that: --replace; --dry-run first.',
  there: (database: string, documents: number) =>
    documents === 0
      ? `  ${database}  没有备份之后的内容 nothing newer in it`
      : `  ${database}  会丢 would be lost：${documents} 份备份里没有的记录或修改 documents or changes that are not in the backup`,
  byType: (type: string, count: number) => `      ${type}  ${count}`,
  comesBack:
    '平板上还有的，下次联网会自己送回来；只在服务器上的就没有了。 What tablets still hold comes back at their next contact; what is on the server alone is gone.',
  merged: (database: string) =>
    `  ${database}  不换，只补缺的 not replaced: what is missing is added, what is newer stays`,
  kept: (database: string) => `  ${database}  备份里没有，不动 not in the backup, left alone`,
  dryRun: '只看了，什么也没改。 Looked only; nothing was changed.',
  erasuresUnknown:
    '备份之后可能有人行使了删除权，这台服务器上查不到：请用 --erasures 给出删除回执（可多个）；确实没有，写 --erasures none。 Somebody may have been erased since the backup, and this server does not know: give the receipts with --erasures FILE, or say --erasures none.',
  erasureFile: (file: string) => `${file} 不是删除回执。 ${file} is no receipt of an erasure.`,
  erased: (count: number) => `备份后被删除的 ${count} 份，没有恢复 erased since: ${count} not restored`,
  restored: (database: string, revisions: number) => `  ${database}  ${revisions} 版 revisions`,
  total: (databases: number, revisions: number) =>
    `恢复了 restored：${databases} 个库 databases，${revisions} 版 revisions ✓`,
  refused: (database: string, reason: string, count: number) =>
    `${database}：服务器不收 ${count} 份 refused by the server（${reason}）`,
  afterwards: [
    '接下来 Now:',
    '  1. 所有人要重新登录；平板联网后会把备份之后的工作送回来。 Everybody signs in again; tablets bring back what came after the backup.',
    '  2. 空服务器上，账号、角色和丢失的平板都是备份那天的样子：之后离岗的人、丢的平板请重新处理。 On an empty server accounts, roles and lost tablets are those of the day of the backup: see to who left and what was lost since.',
    '  3. 备份之后按期限清理过的库又回来了：再运行 retention run。 Databases deleted by retention since are back: retention run.',
    '  4. 重启一次 npm start，再运行 doctor。 Restart npm start once, then run doctor.',
  ],
};
