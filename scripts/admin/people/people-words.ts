// What the commands about people and grids say: Chinese first, English beside it.
import { LEAST_PASSWORD, type PasswordFault } from '../../people/password-rule.ts';
import type { PeopleFault } from '../../people/office.ts';

/** Of everybody whose password was made anew; what it means for what lies unsent on a tablet. */
const UNSENT = [
  '没上传的工作不会丢：它还锁在原来的平板上，同时封给了组织。她下次登录时输一次旧密码，就接着上传；',
  '旧密码想不起来，就在那台平板上点“密码忘了”，把封好的工作交上来，由管理员用 rescue open 打开。',
  'Unsent work is not lost. It stays sealed on its tablet, and to the organisation. She gives her old password there once, and it',
  'goes up; where she cannot, 密码忘了 on that tablet hands in the envelopes, and an administrator opens them (rescue open).',
];

const FAULTS: Record<PeopleFault, (of: string) => string> = {
  'no-such-person': (of) =>
    `没有“${of}”这个人，看 people list。 There is nobody called "${of}": people list.`,
  gone: (of) => `${of} 已经离开，账号不能再用。 ${of} has left: the account is not used again.`,
  'no-account': (of) =>
    `${of} 没有账号。再运行一次 people add 就能补上。 ${of} has no account: run people add again.`,
  'name-taken': (of) =>
    `用户名 ${of} 有人用过，换一个：她写的记录都按这个名字找。 The user name ${of} was taken: records go by it for ever.`,
  'bad-name': (of) =>
    `“${of}”不行：用户名是小写字母开头的字母和数字（2–32 个），姓名不能空。 "${of}" is no name: a user name is a small letter, then small letters and digits.`,
  'no-such-community': (of) =>
    `没有编号是“${of}”的社区（12 位）。 There is no community "${of}" (12 digits).`,
  'no-such-grid': (of) =>
    `没有编号是“${of}”的网格（15 位），看 grids list。 There is no grid "${of}": grids list.`,
  'grid-taken': (of) =>
    `网格 ${of} 已经有了，名称或类型不同。 Grid ${of} is there under another name or kind.`,
  'no-role': (of) =>
    `“${of}”不是角色：写 grid:15位、care:15位、editor 或 auditor。 "${of}" is no role: grid:<15>, care:<15>, editor, auditor.`,
  'past-day': (of) => `“${of}”不是今天或以后的日期（2026-12-05）。 "${of}" is not a day from today on.`,
  'nothing-to-cover': (of) => `${of} 没有可以代管的网格。 ${of} has no grid of her own to be covered.`,
  'not-yours': (of) => `${of} 不归您管。 ${of} is not yours to change.`,
};

export const peopleWords = {
  fault: (why: PeopleFault, of: string) => FAULTS[why](of),
  password: (user: string, password: string) =>
    `${user} 的密码 password: ${password}   （只显示这一次 shown this once）`,
  unsent: UNSENT,
  added: (user: string) => `已添加 ${user}。 ${user} is added.`,
  changed: (user: string) => `${user} 现在的角色 roles of ${user} now:`,
  same: (user: string) => `${user} 本来就是这样，没有改动。 ${user} is so already: nothing was written.`,
  reset: (user: string) =>
    `已换密码，${user} 在各处的登录都已结束。 The password is changed; every session of ${user} has ended.`,
  removed: (user: string, left: string) => [
    `${user} 的账号已删除，登录都已结束；名册上写明 ${left} 离开。她写的记录都在。`,
    `The account of ${user} is gone and its sessions with it; her card says she left on ${left}. What she wrote stays.`,
  ],
  wouldRemove: (user: string, roles: readonly string[]) => [
    `会删除 ${user} 的账号并结束所有登录（角色 ${roles.join('、') || '无'}）；她写的记录不动。什么也没做。`,
    `This would end the account and all sessions of ${user}; what she wrote stays. Nothing was done.`,
  ],
  wasRemoved: (user: string, left: string) => `${user} 已于 ${left} 离开。 ${user} left on ${left}.`,
  nobody: '还没有人。 Nobody yet.',
  noStreet: '服务器上还没有街道，先用 init。 The server has no street yet: init.',
  gridAdded: (code: string, databases: number) =>
    `网格 ${code} 已建好（新建数据库 ${databases} 个）。 Grid ${code} is there (${databases} databases made).`,
  gridSame: (code: string) => `网格 ${code} 本来就有。 Grid ${code} was there already.`,
  onlyWorkers: (of: string) =>
    `${of} 不是网格员：用 people cover 或 people role --give。 ${of} is no worker: people cover, or people role --give.`,
  passwordFault: (user: string, fault: PasswordFault) =>
    fault === 'too-short'
      ? `${user} 的密码至少 ${LEAST_PASSWORD} 个字符；不写就替她生成。 The password of ${user} has fewer than ${LEAST_PASSWORD} characters; leave it out and one is made.`
      : `${user} 的密码太常见；不写就替她生成。 The password of ${user} is among the commonest; leave it out and one is made.`,
  cannotRead: (file: string, reason: string) => `读不了 ${file}：${reason} ${file} cannot be read.`,
  badDescription: (file: string, where: string, reason: string) =>
    `${file} 里的 ${where} 不对：${reason} In ${file}, ${where} is wrong.`,
  initialised: (written: Readonly<Record<string, number>>) =>
    `数据库 databases ${written.databases ?? 0}，权限 securities ${written.securities ?? 0}，规则 rules ${written.rules ?? 0}，账号 accounts ${written.accounts ?? 0}，目录 documents ${written.documents ?? 0}`,
  nothing: '都已经有了，什么也没写。 Everything is there: nothing was written.',
  leftAlone: (users: readonly string[]) =>
    `名册上已有，不动（用 people 命令改） on the roll already, not touched: ${users.join(', ')}`,
  noKey: '还没有组织密钥：npm run admin -- keys make。 There is no organisation key yet: keys make.',
};
