// `grids list`: every grid, with who has it.
import type { AdminCommand } from '../admin-command.ts';
import { openOffice } from './office-of.ts';

export const gridsList: AdminCommand = {
  name: 'grids list',
  synopsis: '[--community CODE]',
  summary: '网格和各由谁管 the grids, and whose they are',
  help: `列出网格：编号、名称、谁管。
The grids: code, name, whose they are.
  --community CODE  只看一个社区（12 位） one community only`,
  options: { community: { type: 'string' } },
  positionals: { least: 0, most: 0 },
  async run(call) {
    const { roll } = await openOffice(call);
    const grids = roll.grids
      .filter(({ code }) => code.startsWith(call.text('community') ?? ''))
      .sort((a, b) => a.code.localeCompare(b.code))
      .map(({ code, name, kind }) => ({ code, name, kind, people: peopleOf(code) }));
    function peopleOf(code: string) {
      const people = [...roll.people.values()].filter(({ held }) => held.roles.includes(`grid:${code}`));
      return people.map(({ card, held }) => ({
        user: card.user,
        name: card.name,
        end: held.ends[`grid:${code}`],
      }));
    }
    const lines = grids.map(
      ({ code, name, people }) =>
        `${code}  ${name}  ${people.map((one) => `${one.name}(${one.user})`).join(' ')}`,
    );
    return { lines, json: grids };
  },
};
