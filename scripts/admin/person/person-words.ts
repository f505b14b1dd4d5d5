// What the commands about a person say: Chinese first, English beside it. Her name is in none of it: what is printed may stay.
export const personWords = {
  ask: '身份证号，或者“姓名 出生日期”（张三 1950-01-31） ID number, or name and date of birth: ',
  noPerson:
    '没说是谁：给出档案编号，或在终端里回答，或设环境变量 PERSON。 Nobody was named: give the id of a card, answer at a terminal, or set PERSON.',
  notInArguments:
    '姓名和号码不写在命令里（会留在命令记录里）。 Names and numbers do not belong into the arguments, where they stay in the shell’s history.',
  unclear: '看不懂：要身份证号，或者“姓名 出生日期”。 Neither an ID number nor a name with a date of birth.',
  nobody: '名册里没有这个人。 Nobody of that description is in a roster.',
  several: (cards: readonly string[]) =>
    `不止一个人，请写档案编号： More than one person; give the id of the card:\n${cards.map((card) => `  ${card}`).join('\n')}`,
  noReason: '要写原因：--reason。 --reason is missing.',
  cannotWrite: (file: string, code: string) => `写不了 ${file}（${code}）。 ${file} cannot be written.`,
  fileThere: (file: string) => `已经有 ${file}，不覆盖。 ${file} is there and is not written over.`,
  card: (id: string, database: string) => `档案 card  ${id}  ${database}`,
  line: ({
    database,
    type,
    about,
    among,
  }: {
    database: string;
    type: string;
    about: number;
    among: number;
  }) => `  ${database}  ${type}  本人 about ${about}  涉及 among ${among}`,
  field: (name: string, value: string, source: string) => `  ${name}: ${value}  ${source}`,
  lookedTitle: (count: number) => `看过、导出过的人 who looked: ${count}`,
  looked: ({ at, who, what, field }: { at: string; who: string; what: string; field: string }) =>
    `  ${at}  ${who}  ${what} ${field}`,
  ends: (count: number) => `删除文件 documents that end: ${count}`,
  written: (count: number) => `去掉本人后重写 written anew without the person: ${count}`,
  changed: (count: number) => `改掉其中提到本人的 changed: ${count}`,
  doubtful: (count: number) =>
    `另有同名的人，${count} 份文件里的名字没有动，请人看 somebody has the same name; left alone, to be looked at: ${count}`,
  sealed: (count: number) =>
    `打不开的封件，里面有没有本人不知道 sealed envelopes nobody could look into: ${count}`,
  dryRun: '只看，没有删。 Nothing was changed.',
  done: (id: string) => `已删除，回执 erased; receipt ${id}`,
  left: (count: number) => `还有 ${count} 份没删掉，请再做一遍 not erased yet, run it again: ${count}`,
  late: (databases: readonly string[]) =>
    `还在压缩 still being compacted: ${databases.join(' ')}；旧版本要到那时才没有。 earlier revisions are gone only then.`,
  receipt: (file: string) => `回执文件 receipt: ${file}`,
  tablets: (count: number) =>
    `${count} 台平板下次联网时删除；没联网的这里看不到 tablets erase at their next contact; which have had one is not known here`,
  tabletsUnknown:
    '平板下次联网时删除；这台服务器不登记平板 tablets erase at their next contact; this server keeps no list of them',
  backups: (at: string) =>
    `${at} 以前的备份里还有；恢复时按回执再删 backups made before this still have the person; restore erases again by the receipt`,
};
