// `devices found`: takes the order back, as long as the tablet has not followed it.
import { TABLETS } from '#lib/domain/tablet-card.ts';
import { AdminError, type AdminCommand } from './admin-command.ts';
import { deviceWords as words } from './device-words.ts';
import { findTablet } from './tablet-cards.ts';

export const devicesFound: AdminCommand = {
  name: 'devices found',
  synopsis: 'NUMBER',
  summary: '平板找到了：撤回 a lost tablet was found: the order is taken back',
  help: `平板还没有清除时，撤回 devices lost。已经清除的，在平板上点“重新启用”，它会有新的平板号。
Takes devices lost back while the tablet has not cleared itself. One that has gets a new number when it is used again.`,
  options: {},
  positionals: { least: 1, most: 1 },
  async run(call) {
    const server = await call.connect();
    const { number, tablet, state, wipedAt, order, card } = await findTablet(server, call.positionals[0]!);
    if (state === 'wiped') throw new AdminError(words.tooLate(number, wipedAt ?? ''));
    if (state === 'in-use' || !order) throw new AdminError(words.notLost(number));
    const withdrawnAt = call.terminal.now().toISOString();
    await server.couch.putDocument(TABLETS, { ...card, order: { ...order, withdrawnAt } });
    return { lines: [words.found(number)], json: { number, tablet, withdrawnAt } };
  },
};
