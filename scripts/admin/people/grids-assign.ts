// `grids assign`: a grid to a worker, in the place of another where that is said.
import { changeRoles } from '../../people/change-roles.ts';
import { AdminError, type AdminCommand } from '../admin-command.ts';
import { done, openOffice, untilOf } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';
import { rolesShown } from './role-lines.ts';

export const gridsAssign: AdminCommand = {
  name: 'grids assign',
  synopsis: 'CODE USER [--instead-of USER] [--until DATE]',
  summary: '把网格交给网格员 give a grid to a worker',
  help: `把网格交给一个网格员；写了 --instead-of，先从那个人收回（连同特殊人群资料）。
The grid is given to a worker; with --instead-of it is taken from that one first, its restricted records too.
  --instead-of USER 从谁手里接 from whom it is taken
  --until DATE      到哪天为止（含当天） the last day`,
  options: { 'instead-of': { type: 'string' }, until: { type: 'string' } },
  positionals: { least: 2, most: 2 },
  async run(call) {
    const [code = '', user = ''] = call.positionals;
    const [former, until] = [call.text('instead-of'), untilOf(call)];
    const { office, roll } = await openOffice(call);
    if (roll.people.get(user)?.card.role !== 'worker') throw new AdminError(words.onlyWorkers(user));
    if (!roll.grids.some((grid) => grid.code === code))
      throw new AdminError(words.fault('no-such-grid', code));
    const taken = { give: [], take: [`grid:${code}`, `care:${code}`] };
    if (former !== undefined) done(await changeRoles(office, roll, { user: former, ...taken }));
    const wanted = { user, give: [`grid:${code}`], take: [], until };
    const { outcome, held } = done(await changeRoles(office, roll, wanted));
    const said = outcome === 'same' ? words.same(user) : words.changed(user);
    return {
      lines: [said, ...rolesShown(held).map((line) => `  ${line}`)],
      json: { user, code, outcome, ...held },
    };
  },
};
