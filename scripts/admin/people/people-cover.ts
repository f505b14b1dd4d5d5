// `people cover`: 代班, a colleague's grids until a day.
import { coverColleague } from '../../people/change-roles.ts';
import { AdminError, type AdminCommand } from '../admin-command.ts';
import { done, openOffice, untilOf } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';
import { rolesShown } from './role-lines.ts';

export const peopleCover: AdminCommand = {
  name: 'people cover',
  synopsis: 'USER --for COLLEAGUE --until DATE [--care]',
  summary: '代班：到某天为止管同事的网格 stand in for a colleague until a day',
  help: `代班：USER 到某天为止也管 COLLEAGUE 的网格，到期服务器自己收回。COLLEAGUE 的权限不变。
USER gets the grids of COLLEAGUE, who keeps them; at the end of that day the server takes them back by itself.
  --for COLLEAGUE   替谁 whose grids
  --until DATE      到哪天为止（含当天） the last day
  --care            特殊人群资料也一起 her restricted records, too`,
  options: { for: { type: 'string' }, until: { type: 'string' }, care: { type: 'boolean' } },
  positionals: { least: 1, most: 1 },
  async run(call) {
    const [user, of, until] = [call.positionals[0]!, call.text('for'), untilOf(call)];
    if (of === undefined) throw new AdminError(words.fault('no-such-person', ''), 'usage');
    if (until === undefined) throw new AdminError(words.fault('past-day', ''), 'usage');
    const { office, roll } = await openOffice(call);
    const cover = { user, of, until, care: call.flag('care') };
    const { outcome, held } = done(await coverColleague(office, roll, cover));
    const said = outcome === 'same' ? words.same(user) : words.changed(user);
    return {
      lines: [said, ...rolesShown(held).map((line) => `  ${line}`)],
      json: { user, outcome, ...held },
    };
  },
};
