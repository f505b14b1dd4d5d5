// `devices lost`: orders a tablet to clear itself at its next contact. Invariant: it tells what is lost with it, and whose
// passwords to change, before it does anything and whether it does.
import { randomBytes } from 'node:crypto';
import { TABLETS, type TabletCard } from '#lib/domain/tablet-card.ts';
import { AdminError, type AdminCommand } from './admin-command.ts';
import { deviceWords as words } from './device-words.ts';
import { linesOf } from './devices-list.ts';
import { findTablet, nameLine } from './tablet-cards.ts';

export const devicesLost: AdminCommand = {
  name: 'devices lost',
  synopsis: 'NUMBER --reason TEXT',
  summary: '平板丢了：下次联网清除 a tablet is lost: it clears itself at its next contact',
  help: `把一台平板标为丢失。从这一刻起服务器什么也不给它；它下次联网就清除上面所有人的资料，并报告。
没上传的工作也会清掉；不联网就清不了。清除之前可以用 devices found 撤回。
Reports a tablet lost. From now on the server answers it nothing; at its next contact it clears everybody's data on it, and
reports that. Work not uploaded goes, too; offline nothing can be wiped. Until then devices found takes it back.
  NUMBER          平板号，见 devices list 和平板的登录页 its number: devices list, or its sign-in screen
  --reason TEXT   原因，会记下来 why, for the record`,
  options: { reason: { type: 'string' } },
  positionals: { least: 1, most: 1 },
  destroys: true,
  async run(call) {
    const reason = call.text('reason')?.trim();
    if (!reason) throw new AdminError(words.noReason, 'usage');
    const server = await call.connect();
    const found = await findTablet(server, call.positionals[0]!);
    const { number, tablet, state, people, order, card } = found;
    if (state !== 'in-use') {
      const json = { number, tablet, state, order, changed: false };
      return { lines: [words.already(number, order?.at ?? '')], json };
    }
    const names = people.map(nameLine).join('、');
    const told = [
      ...linesOf(found),
      words.willWipe(number),
      words.unsent,
      words.offline,
      ...(people.length > 0 ? [words.newPasswords(names)] : []),
    ];
    const json = { number, tablet, people: people.map(({ user }) => user) };
    if (call.dryRun) return { lines: [...told, words.dryRun], json: { ...json, changed: false } };
    const made: TabletCard['order'] = {
      ...{ what: 'wipe', nonce: randomBytes(16).toString('hex'), reason, by: call.user },
      at: call.terminal.now().toISOString(),
    };
    await server.couch.putDocument(TABLETS, { ...card, order: made });
    return { lines: [...told, words.ordersDone(number)], json: { ...json, order: made, changed: true } };
  },
};
