// `people add`: somebody begins; her password is made and shown once.
import { addPerson } from '../../people/add-person.ts';
import { AdminError, type AdminCommand } from '../admin-command.ts';
import { done, openOffice, untilOf } from './office-of.ts';
import { peopleWords as words } from './people-words.ts';
import { adminPosts, postOf } from './post-option.ts';

export const peopleAdd: AdminCommand = {
  name: 'people add',
  synopsis: `USER --name NAME --post ${adminPosts} [--community CODE] [--grid CODE …]`,
  summary: '添加一个人 add a person, with a password that is made',
  help: `添加一个人：建账号、名册和她自己的数据库；密码由程序生成，只显示一次。中断了再运行一次即可。
Her account, her card and her own database; the password is made and shown once. Cut short, run it again.
  --name NAME       姓名 what she is called
  --post POST       ${adminPosts}
  --community CODE  12 位社区编号（街道的人不用） of everybody but a supervisor
  --grid CODE       15 位网格编号，可写多次 may be given more than once
  --care CODE       可看这个网格的特殊人群资料 restricted records of this grid
  --duty DUTY       editor（改目录 writes the directory）, auditor（看审计 reads the audit）
  --phone NUMBER    工作电话 at work
  --until DATE      这个岗位到哪天为止（含当天） the last day of the post`,
  options: {
    name: { type: 'string' },
    post: { type: 'string' },
    community: { type: 'string' },
    grid: { type: 'string', multiple: true },
    care: { type: 'string', multiple: true },
    duty: { type: 'string', multiple: true },
    phone: { type: 'string' },
    until: { type: 'string' },
  },
  positionals: { least: 1, most: 1 },
  async run(call) {
    const post = postOf(call);
    if (post === undefined) throw new AdminError(words.fault('no-role', ''), 'usage');
    const duties = call.texts('duty').map((duty) => {
      if (duty === 'editor' || duty === 'auditor') return duty;
      throw new AdminError(words.fault('no-role', duty), 'usage');
    });
    const until = untilOf(call);
    const { office, roll } = await openOffice(call);
    const wanted = {
      ...{ user: call.positionals[0]!, name: call.text('name') ?? '', post, duties, until },
      ...{ community: call.text('community'), phone: call.text('phone') },
      ...{ grids: call.texts('grid'), care: call.texts('care') },
    };
    const { user, password } = done(await addPerson(office, roll, wanted));
    return { lines: [words.added(user), words.password(user, password)], json: { user, password } };
  },
};
