// `people reset`: a new password for somebody who forgot hers, shown once.
import { resetPassword } from '../../people/end-account.ts';
import type { AdminCommand } from '../admin-command.ts';
import { done, openOffice } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';

export const peopleReset: AdminCommand = {
  name: 'people reset',
  synopsis: 'USER',
  summary: '换一个新密码 make a new password, shown once',
  help: `生成新密码，只显示这一次；她的登录都会结束。
A new password is made and shown this once; all her sessions end.
${words.unsent.join('\n')}`,
  options: {},
  positionals: { least: 1, most: 1 },
  async run(call) {
    const user = call.positionals[0]!;
    const { office, roll } = await openOffice(call);
    const { password } = done(await resetPassword(office, roll, user));
    return {
      lines: [words.reset(user), words.password(user, password), '', ...words.unsent],
      json: { user, password },
    };
  },
};
