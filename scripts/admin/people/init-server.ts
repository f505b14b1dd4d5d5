// `init`: what an empty server needs for a street described by a file. Invariants: run twice it writes nothing the second
// time; who is on the roll already, or was, is left as she is: people are changed by the commands about people.
import { readFile } from 'node:fs/promises';
import { readOrganisationKey } from '../organisation-key.ts';
import { readRoll } from '../../people/roll.ts';
import { passwordFault } from '../../people/password-rule.ts';
import { provisionStreet } from '../../provision/provision-street.ts';
import type { StaffDescription } from '../../provision/street-description.ts';
import { newPassword } from '../../start-data-folder.ts';
import { AdminError, type AdminCommand } from '../admin-command.ts';
import { authorOf } from '../organisation-key.ts';
import { parseStreet } from './parse-street.ts';
import { peopleWords as words } from './people-words.ts';

export const initServer: AdminCommand = {
  name: 'init',
  synopsis: 'FILE',
  summary: '按文件建好一个街道 make what a street described in a file needs',
  help: `FILE 是 JSON：街道、社区、网格、楼栋和工作人员（格式见 scripts/provision/street-description.ts）。
建好数据库、权限、规则、目录和账号；没写密码的人，密码由程序生成，只显示一次。再运行一次，什么也不写。
名册上已有的人不动，要改用 people 命令。
FILE is JSON as scripts/provision/street-description.ts describes it. Databases, readers, rules, directory and accounts are
made; passwords that are not given are made and shown once. A second run writes nothing; people on the roll are not touched.`,
  options: {},
  positionals: { least: 1, most: 1 },
  async run(call) {
    const file = call.positionals[0]!;
    const text = await readFile(file, 'utf8').catch((fault: NodeJS.ErrnoException) => {
      throw new AdminError(words.cannotRead(file, fault.code ?? fault.message));
    });
    const street = parseStreet(file, text);
    for (const { user, password } of street.staff) {
      const fault = password === undefined ? undefined : passwordFault(password, user);
      if (fault) throw new AdminError(words.passwordFault(user, fault));
    }
    const { client, couch } = await call.connect();
    const author = authorOf(call);
    const roll = await readRoll(couch, author.now);
    const isSettled = ({ user }: StaffDescription) => {
      const card = roll.people.get(user)?.card;
      return roll.accounts.has(user) || card?.left !== undefined || card?.role === 'administrator';
    };
    const made = new Map<string, string>();
    const staff = street.staff
      .filter((person) => !isSettled(person))
      .map((person) => {
        if (person.password !== undefined || person.role === 'administrator') return person;
        const password = newPassword();
        made.set(person.user, password);
        return { ...person, password };
      });
    const written = await provisionStreet(client, { ...street, staff }, { author });
    const isNothing = Object.values(written).every((count) => count === 0);
    const settled = street.staff.filter(isSettled).map(({ user }) => user);
    return {
      lines: [
        isNothing ? words.nothing : words.initialised({ ...written }),
        ...[...made].map(([user, password]) => words.password(user, password)),
        ...(settled.length > 0 && !isNothing ? [words.leftAlone(settled)] : []),
        ...((await readOrganisationKey(couch)) ? [] : [words.noKey]),
      ],
      json: { written, passwords: Object.fromEntries(made), untouched: settled },
    };
  },
};
