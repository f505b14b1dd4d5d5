// What the frame of `npm run admin` says: Chinese first, English beside it.
export const adminWords = {
  unknownCommand: (given: string) =>
    given === ''
      ? '没有写命令。 No command was given.'
      : `没有“${given}”这个命令。 There is no command "${given}".`,
  tooFew: '参数不够。 Something is missing.',
  tooMany: (given: string) => `多了参数“${given}”。 "${given}" is too much.`,
  arguments: (message: string) => `参数看不懂：${message}`,
  urlWrong: (given: string) =>
    `服务器地址应以 http:// 或 https:// 开头，写的是“${given}”。 --url must begin with http:// or https://.`,
  askPassword: (user: string) => `${user} 的密码 password: `,
  noPassword:
    '没有管理员密码：请设环境变量 ADMIN_PASSWORD，或在终端里运行。 No password: set ADMIN_PASSWORD, or run it in a terminal.',
  unreachable: (url: string, reason: string) =>
    `连不上 ${url}（${reason}）。服务器开着吗？ ${url} does not answer: is the server running?`,
  credentials: (user: string) =>
    `服务器不认 ${user} 是管理员：用户名或密码不对。 The server does not take ${user} for an administrator.`,
  notCouchdb: (url: string) =>
    `${url} 不是敲门的数据库地址（通常以 /db 结尾）。 ${url} is no database address (it usually ends in /db).`,
  refused: (reason: string) => `服务器没有照办：${reason}。 The server refused: ${reason}.`,
  commonHelp: `每个命令都有 every command takes:
  --url URL       服务器，默认本机 npm start 的地址 the server; default: npm start on this machine
  --user NAME     管理员，默认 admin the administrator; default admin
  --json          结果以 JSON 输出 the result as JSON
  --help          这个命令的说明 help for one command
密码取自环境变量 ADMIN_PASSWORD，没有就询问。 The password comes from ADMIN_PASSWORD, or is asked for.`,
  dryRunHelp: '  --dry-run       只看不做 show what it would do, and do nothing',
  usage: '用法 usage: npm run admin --',
  commands: '命令 commands:',
};
