// `doctor`: looks a server over and says what is wrong and what to do. Invariant: it changes nothing.
import * as z from 'zod';
import { beijingDate } from '#lib/domain/time.ts';
import { readRoll } from '../../people/roll.ts';
import { readStreets } from '../../provision/read-streets.ts';
import type { AdminCommand } from '../admin-command.ts';
import { askCouch } from '../backup/ask-couch.ts';
import { checkDocuments } from './check-documents.ts';
import { checkMachine } from './check-machine.ts';
import { checkKey, checkPeople } from './check-people.ts';
import { checkScopes } from './check-scopes.ts';
import { doctorWords as words } from './doctor-words.ts';
import { wrong, type Finding } from './finding.ts';

const welcomeSchema = z.looseObject({
  version: z.string().optional(),
  vendor: z.looseObject({ name: z.string().optional() }).optional(),
});
/** Of what is looked at, for whoever reads that all is well. */
const CHECKS = 16;

export const doctor: AdminCommand = {
  name: 'doctor',
  synopsis: '',
  summary: '体检：哪里不对、怎么办 what is wrong with a server, and what to do',
  help: `查一遍服务器：库和权限、规则、明年的库、组织密钥、账号和角色、没合并的冲突、没到的照片、没开的封件、时钟、磁盘、网页
的安全头、网关和 CouchDB 之间的密钥。什么也不改，不显示任何住户的内容。要有人处理的，退出码是 1。
Looks a server over and changes nothing; shows nothing of a household. Exit code 1 where somebody must do something.
环境变量取法和 npm start 一样 takes DATA_DIR, COUCHDB_URL, COUCHDB_PROXY_SECRET … as npm start does.`,
  options: {},
  positionals: { least: 0, most: 0 },
  async run(call) {
    const server = await call.connect();
    const now = call.terminal.now();
    const welcome = await askCouch(server.client, '/', { as: welcomeSchema });
    const databases = await server.couch.listDatabases();
    const streets = (await readStreets(server.client)) ?? [];
    const findings: Finding[] = [...(await checkMachine(call))];
    if (streets.length === 0) findings.push(wrong('no-street', words.noStreet));
    else {
      const roll = await readRoll(server.couch, now.toISOString());
      const today = beijingDate(now.toISOString());
      findings.push(...(await checkScopes(server, { streets, roll, databases, today })));
      findings.push(...(await checkKey(server)), ...checkPeople(roll));
      findings.push(...(await checkDocuments(server, databases, now.getTime())));
    }
    const name = welcome?.vendor?.name ?? 'CouchDB';
    const version = welcome?.version ?? '?';
    const bad = findings.filter(({ level }) => level === 'wrong');
    return {
      lines: [
        words.server(name, version),
        ...findings.map(({ level, sentence }) => words[level](sentence)),
        findings.length === 0 ? words.fine(CHECKS) : words.found(bad.length, findings.length - bad.length),
      ],
      json: { server: { name, version }, findings },
      exitCode: bad.length > 0 ? 1 : 0,
    };
  },
};
