// `people remove`: somebody leaves; her account ends, what she wrote stays.
import { removePerson } from '../../people/end-account.ts';
import type { AdminCommand } from '../admin-command.ts';
import { done, openOffice } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';
import { rolesShown } from './role-lines.ts';

export const peopleRemove: AdminCommand = {
  name: 'people remove',
  synopsis: 'USER [--dry-run]',
  summary: '离职：删除账号，记录保留 end an account; what she wrote stays',
  help: `删除账号并结束所有登录；名册上写明哪天离开；她写的记录都保留。用户名以后不再给别人。
没上传的工作还封在平板上：交上来后由管理员打开（rescue open）。
The account and its sessions end, her card says since when, what she wrote stays. What lies unsent on a tablet stays sealed
there and can be handed in (rescue open). The user name is not given again.`,
  options: {},
  positionals: { least: 1, most: 1 },
  destroys: true,
  async run(call) {
    const user = call.positionals[0]!;
    const { office, roll } = await openOffice(call);
    const person = roll.people.get(user);
    const { outcome, left } = done(await removePerson(office, roll, { user, dryRun: call.dryRun }));
    const lines =
      outcome === 'same'
        ? [words.wasRemoved(user, left)]
        : outcome === 'removed'
          ? words.removed(user, left)
          : words.wouldRemove(user, person ? rolesShown(person.held) : []);
    return { lines, json: { user, outcome, left } };
  },
};
