// `devices list`: which tablets there are, who uses each, and what became of those that were lost. Changes nothing.
import type { AdminCommand } from './admin-command.ts';
import { deviceWords as words } from './device-words.ts';
import { listTablets, nameLine, type ListedTablet } from './tablet-cards.ts';

export const devicesList: AdminCommand = {
  name: 'devices list',
  synopsis: '',
  summary: '有哪些平板，谁在用 which tablets there are, and who uses them',
  help: `每台平板的号、用过它的人（从哪天到哪天）、是否丢失、是否已清除。平板号在平板的登录页和“我的”里也看得到。
The number of each tablet, who used it from which day to which, whether it is lost, whether it was wiped. A tablet shows its
own number on its sign-in screen and under 我的.`,
  options: {},
  positionals: { least: 0, most: 0 },
  async run(call) {
    const tablets = await listTablets(await call.connect());
    const lines = tablets.flatMap(linesOf);
    return {
      lines: lines.length > 0 ? lines : [words.none],
      json: tablets.map(({ card: _card, ...tablet }) => tablet),
    };
  },
};

export function linesOf({ number, state, people, order, wipedAt }: ListedTablet): string[] {
  return [
    words.tablet(number, words.state[state]),
    ...people.map((one) => words.people(nameLine(one), one.since, one.last)),
    ...(people.length === 0 ? [words.nobody] : []),
    ...(order ? [words.ordered(order.at, order.by, order.reason)] : []),
    ...(order?.withdrawnAt === undefined ? [] : [words.withdrawn(order.withdrawnAt)]),
    ...(wipedAt === undefined ? [] : [words.wiped(wipedAt)]),
  ];
}
