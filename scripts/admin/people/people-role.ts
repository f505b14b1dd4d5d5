// `people role`: what somebody may, for good or until a day.
import { changeRoles } from '../../people/change-roles.ts';
import type { AdminCommand } from '../admin-command.ts';
import { done, openOffice, untilOf } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';
import { adminPosts, postOf } from './post-option.ts';
import { rolesShown } from './role-lines.ts';

export const peopleRole: AdminCommand = {
  name: 'people role',
  synopsis: 'USER [--post POST] [--give ROLE …] [--take ROLE …] [--until DATE]',
  summary: '给或收回岗位、网格、权限 give or take a post, grid, restricted records, duty',
  help: `给一个人角色，或者收回；写了 --until，到那天半夜服务器自己收回。
What is given with --until ends by itself at the server, at midnight after that day.
  --give ROLE       grid:15位、care:15位、editor、auditor，可写多次 may be given more than once
  --take ROLE       收回 the same, taken away
  --post POST       换岗位 ${adminPosts}；有 --until 时原岗位不变 with --until her own post stays
  --community CODE  新岗位所在社区，默认不变 of the post; default: hers
  --until DATE      给的这些到哪天为止（含当天） the last day of what is given`,
  options: {
    post: { type: 'string' },
    community: { type: 'string' },
    give: { type: 'string', multiple: true },
    take: { type: 'string', multiple: true },
    until: { type: 'string' },
  },
  positionals: { least: 1, most: 1 },
  async run(call) {
    const user = call.positionals[0]!;
    const [post, until] = [postOf(call), untilOf(call)];
    const { office, roll } = await openOffice(call);
    const change = {
      ...{ user, post, until, community: call.text('community') },
      ...{ give: call.texts('give'), take: call.texts('take') },
    };
    const { outcome, held } = done(await changeRoles(office, roll, change));
    const said = outcome === 'same' ? words.same(user) : words.changed(user);
    return {
      lines: [said, ...rolesShown(held).map((line) => `  ${line}`)],
      json: { user, outcome, ...held },
    };
  },
};
