// `npm start`: reads the environment, starts, says where and for whom, and ends cleanly on SIGINT and SIGTERM. What is
// wrong is told in a sentence, and the exit code is 1.
import { readSettings } from './start-settings.ts';
import { StartError } from './start-error.ts';
import { startQiaomen, type RunningQiaomen, type StartProgress } from './start-qiaomen.ts';
import { signInLines } from './sign-ins.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);

function sayProgress(): (progress: StartProgress) => void {
  const { isTTY } = process.stdout;
  const told = new Set<string>();
  return (progress) => {
    if (progress.stage === 'build') return say('正在构建应用……  Building the app …');
    const { stage, done, of } = progress;
    const what = stage === 'street' ? '建库 databases and accounts' : '装入演示数据 demo documents';
    if (isTTY) process.stdout.write(`\r${what}: ${done}/${of}${done === of ? '\n' : ''}`);
    else if (done === of || !told.has(stage)) say(`${what}: ${done}/${of}`);
    told.add(stage);
  };
}

function sayRunning(running: RunningQiaomen, host: string): void {
  say('');
  say(`敲门 Qiaomen   ${running.url}`);
  say(`CouchDB API    ${running.url}/db`);
  if (host === '127.0.0.1') {
    say('只有本机能访问。要让平板访问：HOST=0.0.0.0，并在前面放 https。');
    say('Reachable from this machine only. For tablets: HOST=0.0.0.0, with https in front.');
  } else {
    say('平板要经 https 访问：http 的局域网地址上，浏览器不给离线和加密。');
    say('Tablets must come by https: over plain http a browser grants neither offline work nor encryption.');
  }
  say('');
  if (running.filled === 'left-empty') {
    say('没有演示数据（DEMO=no）。No demo (DEMO=no): the server is empty.');
  }
  if (running.signIns.length > 0)
    say('演示登录（人物和资料均为虚构）  Demo sign-ins (everybody is invented):');
  for (const line of signInLines(running.signIns, running.administrator)) say(`  ${line}`);
  sayKey(running);
}

/** To what tablets seal unsent work, so that a forgotten password costs none of it. */
function sayKey({ organisationKey }: RunningQiaomen): void {
  if (organisationKey === 'missing') {
    say('');
    say('还没有组织密钥：忘了密码的人，没上传的工作救不回来。建一个：npm run admin -- keys make');
    say(
      'No organisation key yet: unsent work under a forgotten password is lost. npm run admin -- keys make',
    );
  }
  if (typeof organisationKey !== 'object') return;
  say('');
  say('演示的组织密钥，用来打开救援文件  Organisation key of the demo, opens rescue files:');
  say(`  ${organisationKey.file}  口令 passphrase  ${organisationKey.passphrase}`);
}

async function start(): Promise<void> {
  const { demo, ...settings } = readSettings(process.env);
  const started = performance.now();
  const running = await startQiaomen({
    ...settings,
    demo: demo && { desk: true },
    log: (line) => void process.stderr.write(`${line}\n`),
    onProgress: sayProgress(),
  });
  sayRunning(running, settings.host);
  say(`\n${((performance.now() - started) / 1_000).toFixed(1)} s`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      void running.close().then(() => process.exit(0));
    });
  }
}

start().catch((fault: unknown) => {
  const words =
    fault instanceof StartError ? fault.message : fault instanceof Error ? fault.stack : String(fault);
  process.stderr.write(`${words}\n`);
  process.exit(1);
});
