// `people list`: everybody, by community.
import type { Person } from '../../people/roll.ts';
import type { AdminCommand } from '../admin-command.ts';
import { openOffice } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';
import { rolesShown } from './role-lines.ts';

export const peopleList: AdminCommand = {
  name: 'people list',
  synopsis: '[--community CODE] [--left]',
  summary: '谁在岗、什么角色、到哪天 who works here, with roles and until when',
  help: `按社区列出每个人：岗位、角色、到哪天、有没有账号。
Everybody by community: post, roles, until when, whether she has an account.
  --community CODE  只看一个社区（12 位） one community only
  --left            已离开的也列出 those who left, too`,
  options: { community: { type: 'string' }, left: { type: 'boolean' } },
  positionals: { least: 0, most: 0 },
  async run(call) {
    const { roll } = await openOffice(call);
    const asked = call.text('community');
    const people = [...roll.people.values()]
      .filter(
        ({ card }) => (asked === undefined || card.community === asked) && (call.flag('left') || !card.left),
      )
      .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
    const names = new Map(roll.units.map(({ code, name }) => [code, name]));
    const lines: string[] = [];
    let heading: string | undefined;
    for (const person of people) {
      const { community = '' } = person.card;
      const title = community === '' ? '街道 street' : `${names.get(community) ?? ''} ${community}`;
      if (title !== heading) lines.push(...(heading === undefined ? [] : ['']), title);
      heading = title;
      lines.push(lineOf(person));
    }
    return { lines: lines.length > 0 ? lines : [words.nobody], json: people.map(jsonOf) };
  },
};

const keyOf = ({ card }: Person) => `${card.community ?? '~'} ${card.user}`;

function lineOf({ card, account, held }: Person): string {
  const { user, name, role, left } = card;
  const state = left ? `${left} 离开 left` : account ? '' : '没有账号 no account';
  return `  ${[user, name, role, rolesShown(held).join('  '), state].filter(Boolean).join('  ')}`;
}

const jsonOf = ({ card, account, held }: Person) => ({
  user: card.user,
  name: card.name,
  post: card.role,
  community: card.community,
  left: card.left,
  roles: held.roles,
  ends: held.ends,
  account: account !== undefined,
});
