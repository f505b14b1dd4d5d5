// `grids add`: a grid with its databases.
import { addGrid } from '../../people/add-grid.ts';
import { AdminError, type AdminCommand } from '../admin-command.ts';
import { done, openOffice } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';

export const gridsAdd: AdminCommand = {
  name: 'grids add',
  synopsis: 'CODE --name NAME [--kind residential|unit]',
  summary: '新建网格 a new grid with its databases',
  help: `新建网格：数据库、权限、规则、目录。楼栋随名册导入或由目录编辑添加。
Its databases with readers and rules, and its card in the directory.
  --name NAME       名称 what it is called
  --kind KIND       residential（居民 default）, unit（专属网格 of firms and offices）`,
  options: { name: { type: 'string' }, kind: { type: 'string' } },
  positionals: { least: 1, most: 1 },
  async run(call) {
    const code = call.positionals[0]!;
    const kind = call.text('kind') ?? 'residential';
    if (kind !== 'residential' && kind !== 'unit')
      throw new AdminError(words.fault('bad-name', kind), 'usage');
    const { office, roll } = await openOffice(call);
    const { outcome, databases } = done(
      await addGrid(office, roll, { code, name: call.text('name') ?? '', kind }),
    );
    const line = outcome === 'same' ? words.gridSame(code) : words.gridAdded(code, databases);
    return { lines: [line], json: { code, outcome, databases } };
  },
};
