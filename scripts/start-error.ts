// What can be wrong when the server is started, each in a sentence a person can act on, in both languages.

export type StartFault =
  | { kind: 'setting'; name: string; wanted: string }
  | { kind: 'port-in-use'; port: number }
  | { kind: 'cannot-listen'; host: string; port: number; reason: string }
  | { kind: 'data-folder'; dataDir: string; reason: string }
  | { kind: 'data-in-use'; dataDir: string }
  | { kind: 'build'; output: string }
  | { kind: 'couchdb-unreachable'; url: string; reason: string }
  | { kind: 'couchdb-credentials'; url: string; user: string }
  | { kind: 'couchdb-proxy'; url: string }
  | { kind: 'not-couchdb'; url: string }
  | { kind: 'provisioning'; reason: string };

export class StartError extends Error {
  readonly fault: StartFault;

  constructor(fault: StartFault) {
    super(sentencesFor(fault).join('\n'));
    this.name = 'StartError';
    this.fault = fault;
  }
}

type Sentences = { [K in StartFault['kind']]: (fault: Extract<StartFault, { kind: K }>) => string[] };

/** Chinese first, then English. */
const sentences: Sentences = {
  setting: ({ name, wanted }) => [
    `环境变量 ${name} 不对：应为 ${wanted}。`,
    `${name} is wrong: it must be ${wanted}.`,
  ],
  'port-in-use': ({ port }) => [
    `端口 ${port} 已被占用。请先停掉占用它的程序，或换一个：PORT=${port + 1} npm start`,
    `Port ${port} is in use. Stop what uses it, or choose another: PORT=${port + 1} npm start`,
  ],
  'cannot-listen': ({ host, port, reason }) => [
    `无法在 ${host}:${port} 上监听（${reason}）。请检查 HOST 和 PORT。`,
    `Cannot listen on ${host}:${port} (${reason}). Check HOST and PORT.`,
  ],
  'data-folder': ({ dataDir, reason }) => [
    `数据目录 ${dataDir} 不能读写（${reason}）。请改权限，或用 DATA_DIR 换一个目录。`,
    `The data folder ${dataDir} cannot be read and written (${reason}). Mend its permissions, or set DATA_DIR.`,
  ],
  'data-in-use': ({ dataDir }) => [
    `数据目录 ${dataDir} 正被另一个敲门服务使用。请先停掉它，或用 DATA_DIR 换一个目录。`,
    `The data folder ${dataDir} is in use by another server. Stop it, or set DATA_DIR.`,
  ],
  build: ({ output }) => ['应用没有构建成功。', 'The app could not be built. The build said:', output],
  'couchdb-unreachable': ({ url, reason }) => [
    `连不上 COUCHDB_URL ${url}（${reason}）。请确认 CouchDB 已启动、地址无误。`,
    `No answer from COUCHDB_URL ${url} (${reason}). See that CouchDB runs and that the address is right.`,
  ],
  'couchdb-credentials': ({ url, user }) => [
    `CouchDB ${url} 不认 COUCHDB_USER「${user}」和 COUCHDB_PASSWORD，或者它不是管理员。`,
    `CouchDB at ${url} refuses COUCHDB_USER "${user}" with this COUCHDB_PASSWORD, or it is no administrator.`,
  ],
  'couchdb-proxy': ({ url }) => [
    `CouchDB ${url} 不认 COUCHDB_PROXY_SECRET：它要与 [chttpd_auth] secret 相同，proxy_use_secret = true，并启用 proxy_authentication_handler（见 README）。`,
    `CouchDB at ${url} does not take COUCHDB_PROXY_SECRET: it must be its [chttpd_auth] secret, with proxy_use_secret = true and the proxy_authentication_handler in use (README).`,
  ],
  'not-couchdb': ({ url }) => [
    `${url} 上回答的不是 CouchDB。请检查 COUCHDB_URL。`,
    `What answers at ${url} is no CouchDB. Check COUCHDB_URL.`,
  ],
  provisioning: ({ reason }) => [
    `建库没有完成：${reason}。再次启动会接着做。`,
    `Not everything could be made: ${reason}. The next start goes on from there.`,
  ],
};

function sentencesFor<K extends StartFault['kind']>(fault: Extract<StartFault, { kind: K }>): string[] {
  return sentences[fault.kind as K](fault);
}
