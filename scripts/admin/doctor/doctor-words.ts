// What `doctor` says: Chinese first, English beside it.
const list = (names: readonly string[]) =>
  names.length > 6 ? `${names.slice(0, 6).join('、')} …（${names.length}）` : names.join('、');

export const doctorWords = {
  server: (name: string, version: string) => `服务器 server  ${name} ${version}`,
  fine: (checks: number) => `查了 ${checks} 项，都正常 ✓ ${checks} things looked at, all well ✓`,
  found: (wrong: number, look: number) => `要处理 to be done: ${wrong}；请留意 to be known: ${look}`,
  wrong: (sentence: string) => `✗ ${sentence}`,
  look: (sentence: string) => `· ${sentence}`,
  noStreet: '服务器上还没有街道：运行 init，或导入名册。 No street yet: run init.',
  missing: (names: readonly string[]) =>
    `缺库 ${list(names)}：重启一次 npm start。 These databases are missing: restart npm start, which makes them.`,
  nextYear: (names: readonly string[]) =>
    `明年的库还没有 ${list(names)}：元旦前重启一次 npm start。 Next year's databases are missing: restart npm start before New Year.`,
  security: (names: readonly string[]) =>
    `读写权限不是应有的 ${list(names)}：查明是谁改的，再重启 npm start 改回来。 Who may read these is not as it should be: find out who changed it, then restart npm start.`,
  rules: (names: readonly string[]) =>
    `写入规则不是这个版本的 ${list(names)}：重启 npm start。 The rules for writing are not this release's: restart npm start.`,
  restoring: (names: readonly string[]) =>
    `恢复没有做完 ${list(names)}：用同一份备份再运行 restore。 A restore was cut short: run it again with the same file.`,
  orphans: (names: readonly string[]) =>
    `目录里没有对应网格、社区或人的库 ${list(names)}：确认不用了再删。 Databases of no grid, community or person in the directory.`,
  noKey: '没有组织密钥：忘了密码的人没上传的工作救不回来。运行 keys make。 No organisation key: keys make.',
  forgedKey:
    '组织公钥和它的编号对不上，可能被人换过：平板不用它。查明后 keys rotate。 The organisation key is not the one its id names: find out, then keys rotate.',
  noCard: (users: readonly string[]) =>
    `有账号、没有人员卡 ${list(users)}：people remove，或补建人员卡。 Accounts without a staff card: people remove, or add the card.`,
  noAccount: (users: readonly string[]) =>
    `有人员卡、没有账号 ${list(users)}：登录不了，people add 或停用。 Staff cards without an account: they cannot sign in.`,
  unknownRoles: (roles: readonly string[]) =>
    `账号里有目录上没有的网格、社区或街道 ${list(roles)}：用 people role 收回。 Roles that name no unit of the directory: people role.`,
  conflicts: (name: string, count: number) =>
    `${name} 有 ${count} 份冲突超过一周没合并：让一台平板联网同步；还在，请看是不是有人改过。 Conflicts older than a week: let a tablet sync; if they stay, look who wrote them.`,
  photosMissing: (name: string, count: number) =>
    `${name} 的记录提到的 ${count} 张照片一周了还没到：找那台平板联网。 Photos named a week ago never came: bring their tablets online.`,
  envelopes: (count: number) =>
    `${count} 个交上来的封件还没打开：rescue open --from-server。 Envelopes handed in and not opened: rescue open --from-server.`,
  clock: (seconds: number) =>
    `服务器和这台机器的时钟差 ${seconds} 秒：对时。 Server and this machine differ by ${seconds} s: set the clocks.`,
  disk: (folder: string, megabytes: number) =>
    `${folder} 所在磁盘只剩 ${megabytes} MB：腾地方。 Little room is left on the disk: make some.`,
  noPolicy: (names: readonly string[]) =>
    `网页没有应有的安全头 ${list(names)}：前面的代理去掉了？ The pages come without these headers: does a proxy take them away?`,
  app: (status: string) => `网页打不开（${status}）：npm start 开着吗？ The app does not answer.`,
  noProxySecret:
    '没有设 COUCHDB_PROXY_SECRET：登录十分钟就失效，见 README。 COUCHDB_PROXY_SECRET is not set: sessions end after ten minutes.',
  proxyRefused:
    'CouchDB 不认 COUCHDB_PROXY_SECRET：和它的 [chttpd_auth] secret 不一样，或没有打开，见 README。 CouchDB does not take COUCHDB_PROXY_SECRET: compare with its settings.',
  proxyUnreachable: (url: string) => `连不上 COUCHDB_URL（${url}）。 COUCHDB_URL does not answer.`,
};
