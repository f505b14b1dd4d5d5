// Everything `npm run roster` says, for people of a committee: Chinese, in sentences, with the cell to look at.
// Invariant: no ID number, phone or restricted word is repeated here; a cell says where it stands.
import type { RosterMerging } from '#lib/domain/roster/roster-merging.ts';
import type { RosterRemark, RosterTotal } from '#lib/domain/roster/roster-record.ts';
import type { RosterField } from '#lib/domain/roster/roster-vocabulary.ts';
import type { RosterCount } from '#lib/domain/roster/roster-writes.ts';
import type { WorkbookFault } from './roster-workbook.ts';

export const USAGE = `用法：npm run roster -- 名册.xlsx --community 社区代码 [选项]

  --community CODE          12 位社区代码，例如 999999001001
  --grid "表名=网格代码"     每张表属于哪个网格（15 位），可写多次；"表名=-" 表示不读这张表
  --url URL                 服务器，默认本机 npm start 的地址（端口按环境变量 PORT）
  --user NAME               管理员用户名，默认 admin
  --password PASSWORD       密码；不写则用环境变量 ADMIN_PASSWORD，再没有就询问
  --dry-run                 只看不写，不需要服务器
  --merge                   网格里已有别的住户时也写入，不再询问
  --bad-rows FILE           没读懂、没全读懂的行另存成工作簿，改好了可以再读；已有的文件不覆盖
  --json                    结果以 JSON 输出

先试读：npm run roster -- 名册.xlsx --dry-run`;

export const argumentWords = {
  unknown: (message: string) => `参数看不懂：${message}`,
  noFile: '没有写名册文件。',
  manyFiles: '一次只能读一个名册文件。',
  noCommunity: '没有写社区代码：请加上 --community 和 12 位代码。',
  communityWrong: (given: string) => `社区代码应为 12 位数字，写的是“${given}”。`,
  gridWrong: (given: string, community: string) =>
    `--grid 应写成 "表名=网格代码"，代码 15 位${community === '' ? '' : `，以社区代码 ${community} 开头`}；写的是“${given}”。`,
  urlWrong: (given: string) => `服务器地址应以 http:// 或 https:// 开头，写的是“${given}”。`,
};

const faults: Record<WorkbookFault, string> = {
  empty: '这个文件是空的。',
  tooBig: '这个文件超过 20 MB，请按网格拆成几个文件。',
  tooBigUnpacked: '这个文件展开后太大（超过 200 MB，或超过原来的 100 倍），不读。',
  tooManyRows: '这个文件超过 5 万行，请按网格拆成几个文件。',
  tooMuchText: '这个文件里的格子或文字太多，不读。请按网格拆成几个文件。',
  tooSlow: '读了一分钟还没有读完，不读了。请用 Excel 或 WPS 打开，另存为新的 .xlsx 再试。',
  plainText:
    '这是文本表格（CSV 或网页），不是 Excel 工作簿。请用 Excel 或 WPS 打开，看清楚没有乱码，另存为 .xlsx 再试。',
  notAWorkbook: '这个文件不是 Excel 工作簿（.xlsx），或者已经损坏。',
  oldFormat: '这是旧式的 .xls 文件，或者加了密码。请用 Excel 或 WPS 打开，另存为不加密的 .xlsx 再试。',
  noCells: '这个工作簿里没有内容。',
};

export const fileWords = {
  missing: (file: string) => `找不到文件：${file}`,
  notAFile: (file: string) => `这不是文件：${file}`,
  unreadable: (file: string, code: string) => `文件打不开（${code}）：${file}`,
  fault: (reason: WorkbookFault) => faults[reason],
  noTables: '所有的表里都没有找到表头。表头至少要有“姓名”，以及房号、关系、身份证号中的两项。',
};

export const badRowWords = {
  row: '原来的行',
  why: '没读懂什么',
  notCopied: '（限制信息，不复制）',
  written: (file: string, rows: number) => `没读懂、没全读懂的 ${rows} 行在：${file}`,
  none: '所有的行都读懂了，没有另存。',
  exists: (file: string) => `已有这个文件，不覆盖：${file}。请换一个名字。`,
  failed: (file: string, code: string) => `写不了这个文件（${code}）：${file}`,
};

export const fieldWords: Record<RosterField, string> = {
  serial: '序号',
  building: '楼栋',
  unit: '单元',
  room: '房号',
  address: '住址',
  householdNumber: '户号',
  head: '户主',
  relation: '与户主关系',
  name: '姓名',
  sex: '性别',
  ethnicity: '民族',
  idType: '证件类型',
  idNumber: '身份证号码',
  birth: '出生日期',
  phone: '电话',
  residence: '人户状态',
  roomState: '房屋状态',
  hukou: '户籍地',
  marriage: '婚姻状况',
  education: '文化程度',
  politics: '政治面貌',
  work: '工作单位',
  tags: '重点人群',
  note: '备注',
  visitedOn: '走访日期',
  verifiedOn: '核实日期',
  area: '面积',
  landlord: '房东',
  landlordPhone: '房东电话',
};

/** Names of fields of documents, where they are not the sheet's own. */
const documentFields: Record<string, string> = {
  phones: '电话',
  state: '房屋状态',
  notes: '备注',
  units: '单元和楼层',
  kind: '户的类型',
  rosterVerifiedOn: '核实日期',
  lastContactOn: '走访日期',
  employer: '工作单位',
  residenceKind: '人口类别',
  separation: '人户分离',
  documentNumber: '证件号码',
  areaSquareMetres: '面积',
  pinyin: '拼音',
  to: '迁出日期',
  closedOn: '销户日期',
};
export const fieldName = (field: string): string =>
  documentFields[field] ?? (fieldWords as Record<string, string | undefined>)[field] ?? field;

const idReasons: Record<Extract<RosterRemark, { kind: 'idWrong' }>['reason'], string> = {
  'fifteen-digits': '是 15 位旧号码，不推算成 18 位，按没有号码保存，请核对后补录',
  length: '位数不对，按没有号码保存，请核对',
  characters: '含有不该有的字，按没有号码保存，请核对',
  'no-such-day': '里的出生日期不存在，按没有号码保存，请核对',
  'in-future': '里的出生日期在今天以后，按没有号码保存，请核对',
  'too-old': '里的出生日期超过 130 年，按没有号码保存，请核对',
  'check-character': '校验码不对，按没有号码保存，请核对',
};

const dateReasons: Record<Extract<RosterRemark, { kind: 'dateWrong' }>['reason'], string> = {
  unreadable: '看不懂',
  incomplete: '没有写全年月日，不推算',
  'no-such-day': '这一天不存在',
  'out-of-range': '在今天以后，或早于 1870 年',
};

const short = (written: string) => (written.length > 20 ? `${written.slice(0, 20)}…` : written);

type Reasons = { [K in RosterRemark['kind']]: (remark: Extract<RosterRemark, { kind: K }>) => string };

const reasons: Reasons = {
  noName: () => '这一行没有姓名，没有录入。',
  nameTooLong: () => '姓名超过 100 个字，不像姓名，这一行没有录入。',
  vacantWithoutDoor: () => '写的是空房，但没有房号，没有录入。',
  idMissing: () => '没有身份证号码，人照样录入，请补录。',
  idLostDigits: () => '身份证号码被表格软件当成数字，后几位已经丢失，按没有号码保存，请重新抄录。',
  idWrong: ({ reason }) => `身份证号码${idReasons[reason]}。`,
  idTaken: ({ by }) => `身份证号码与“${by.sheet}”第 ${by.row} 行另一个人的相同，本行按没有号码保存，请核对。`,
  dateWrong: ({ field, reason }) => `${fieldWords[field]}${dateReasons[reason]}，没有录入这一项。`,
  phoneWrong: () => '电话里有看不懂的号码，没有录入那一个。',
  wordUnknown: ({ field, written }) => `不认识的${fieldWords[field]}“${short(written)}”，没有录入这一项。`,
  relationMissing: () => '没有写与户主关系，按“其他”保存，请核对。',
  tagUnknown: ({ written }) => `不认识的标签“${short(written)}”，没有打上。`,
  tagAgainstAge: ({ written, age }) => `标签“${written}”与年龄 ${age} 岁不符，没有打上，请核对。`,
  textTooLong: ({ field }) => `${fieldWords[field]}超过 500 个字，没有录入这一项。`,
  areaWrong: () => '面积看不懂，没有录入这一项。',
  sexDiffers: () => '性别与身份证号码不符，按写的保存，请核对。',
  birthDiffers: () => '出生日期与身份证号码不符，按号码保存，请核对。',
  bornAfterSheet: ({ statedOn }) => `出生日期在填表日期 ${statedOn} 以后，按写的保存，请核对。`,
  alsoElsewhere: ({ other }) =>
    `这个人在“${other.sheet}”第 ${other.row} 行也有登记，可能两处居住，两处都保存，请核对。`,
  doorMissing: ({ before, after }) => {
    const around = [before && `前面是 ${before}`, after && `后面是 ${after}`].filter(Boolean).join('，');
    return `这一户没有房号${around === '' ? '' : `（${around}）`}，先放在“待落格”，请补房号。`;
  },
  headMissing: () => '这一户没有写户主，照样录入，请核对。',
  secondHead: () => '同一房号出现第二个户主，按同住的另一户保存，请核对。',
  vacantButLivedIn: () => '这里写的是空房，别的行写有人居住，按有人居住保存，请核对。',
  repeatDiffers: ({ field }) => `与前面重复的一行写的${fieldName(field)}不同，按前面的保存，请核对。`,
};

/** What a remark says to people. */
export function reasonOf(remark: RosterRemark): string {
  const say = reasons[remark.kind] as (remark: RosterRemark) => string;
  return say(remark);
}

export const HELD_BACK = '这里写的是限制类信息，不写入普通名册，请由有权限的人单独登记。';
export const repeatWords = (row: number) => `与第 ${row} 行是同一个人，只算一次。`;

/** A total that does not agree, or does. */
export function totalWords(total: RosterTotal): string {
  const unit = total.what === 'people' ? '人' : '户';
  if (total.matches) return `合计写 ${total.stated} ${unit}，与读出的一致。`;
  const read = total.what === 'people' ? `读出 ${total.counted} 人` : `读出有人居住的 ${total.counted} 户`;
  if (total.roomsListed === undefined) return `合计写 ${total.stated} ${unit}，${read}，不一致，请核对。`;
  const rooms = `列出的房间 ${total.roomsListed} 间，按楼层推算共 ${total.roomsByLayout ?? 0} 间`;
  const why = total.stated === total.roomsByLayout || total.stated === total.roomsListed;
  return `合计写 ${total.stated} 户，${read}（${rooms}），不一致${why ? '：合计数的是房间，不是住户' : '，请核对'}。`;
}

export const sheetWords = {
  title: (file: string) => `名册：${file}`,
  noTable: (name: string) => `“${name}”：没有找到表头，没有读。`,
  table: (name: string, row: number) => `“${name}”：表头在第 ${row} 行`,
  headings: (found: string) => `  认出的列：${found}`,
  unknown: (labels: string) => `  不认识的列（没有读）：${labels}`,
  statedOn: (day: string) => `  填表日期：${day}`,
  counts: (counts: { households: number; people: number; vacantRooms: number }) =>
    `  有人居住 ${counts.households} 户，${counts.people} 人；空房 ${counts.vacantRooms} 套`,
  all: (counts: { households: number; people: number; vacantRooms: number }) =>
    `一共：有人居住 ${counts.households} 户，${counts.people} 人；空房 ${counts.vacantRooms} 套。`,
  repeats: (count: number) => `重复的行，只算一次（${count} 行）：`,
  totals: '合计行：',
  heldBack: (count: number) => `限制类信息（${count} 处）：`,
  refused: (count: number) => `没有录入的行（${count} 行）：`,
  noneRefused: '没有录入的行：无。',
  doubtful: (count: number) => `录入了，但请核对（${count} 处）：`,
  dryRun: '这是试读，什么都没有写。',
};

export const gridWords = {
  unknownSheet: (name: string, sheets: string) =>
    `--grid 里的表“${name}”不在名册里。名册里有内容的表：${sheets}`,
  needed: (sheets: string) => `还不知道这些表属于哪个网格：${sheets}`,
  known: (community: string, grids: string[]) =>
    grids.length === 0
      ? `服务器的目录里没有社区 ${community} 的网格。`
      : `社区 ${community} 的网格：\n${grids.join('\n')}`,
  how: (sheet: string, grid: string) =>
    `请加上，例如：--grid "${sheet}=${grid}"；不读的表写 --grid "${sheet}=-"`,
  notThere: (grid: string, community: string) => `网格 ${grid} 不在社区 ${community} 的目录里。`,
  ask: (sheet: string) => `“${sheet}”属于哪个网格？输入序号，不读这张表输入 -：`,
  askAgain: '请输入上面的序号，或 -。',
};

const measured: { [type in keyof RosterCount]: (number: number) => string } = {
  household: (number) => `住户 ${number} 户`,
  resident: (number) => `居民 ${number} 人`,
  building: (number) => `楼栋 ${number} 栋`,
  room: (number) => `房屋 ${number} 套`,
  membership: (number) => `家庭关系 ${number} 条`,
  tag: (number) => `标签 ${number} 个`,
};

/** `住户 539 户、居民 1254 人`: each with its own measure word. */
function countWords(count: RosterCount): string {
  const said = Object.entries(measured).flatMap(([type, say]) => {
    const number = count[type as keyof RosterCount] ?? 0;
    return number > 0 ? [say(number)] : [];
  });
  return said.length > 0 ? said.join('、') : '无';
}

export const serverWords = {
  noPassword: '没有密码：请用 --password，或设环境变量 ADMIN_PASSWORD。',
  askPassword: (user: string) => `${user} 的密码：`,
  unreachable: (url: string, reason: string) =>
    `连不上服务器 ${url}（${reason}）。请确认服务器已经启动：npm start`,
  signIn: (user: string) => `用户名或密码不对：${user}`,
  forbidden: (user: string) => `${user} 没有写名册的权限，请用管理员。`,
  noDirectory: '服务器上还没有街道和网格的目录，请先建好再导入名册。',
  noGridDatabase: (grid: string) => `服务器上没有网格 ${grid} 的库，请先建好网格。`,
  notCouchdb: (url: string) => `${url} 不是敲门的数据库地址（通常以 /db 结尾）。`,
  unexpected: (status: number, what: string) =>
    `服务器没有照办（${status}，${what}），请把这句话告诉维护人员。`,
  unreadable: (grid: string, count: number) =>
    `网格 ${grid} 里有 ${count} 条记录是新版本写的，请先升级再导入。`,
  writing: (done: number, of: number) => `写入 ${done}/${of}`,
  nothing: (unchanged: RosterCount) => `与服务器上的一致（${countWords(unchanged)}），没有写任何东西。`,
  written: (counts: { created: RosterCount; changed: RosterCount; unchanged: RosterCount }) =>
    [
      '写好了。',
      `  新建：${countWords(counts.created)}`,
      `  修改：${countWords(counts.changed)}`,
      `  未变：${countWords(counts.unchanged)}`,
    ].join('\n'),
  refused: (count: number) => `服务器没有收下的（${count} 条记录），可以再运行一次本命令：`,
  refusedOne: (id: string, error: string, reason: string) =>
    `  ${id}：${error === 'conflict' ? '刚刚有人改过' : `${error} ${reason}`}`,
  kept: (count: number) =>
    `系统里的与名册不同，但不是由名册写的或后来有人改过，没有覆盖（${count} 条记录）：`,
  keptOne: (where: string, type: string, fields: string) => `  ${where}：${type}的${fields}`,
  notInRoster: (count: number) => `系统里有、名册里没有的住户 ${count} 户，保留不动。`,
};

export const mergeWords = {
  found: (community: string) => `社区 ${community} 里已经有住户，不是由这份名册导入的：`,
  grid: (grid: string, merging: RosterMerging) =>
    `  ${grid}：已有 ${merging.others} 户。名册里有 ${merging.matched} 户与已有的对上，算同一户，不覆盖；` +
    `要新加 ${merging.added} 户，其中 ${merging.sameDoor} 户的门牌里已经有别的户，会并列在同一门牌。`,
  how: '什么都没有写。确实要合并，请加上 --merge 再运行；或换一个空的网格。',
  going: '按 --merge 合并写入；已有的住户都保留。',
  ask: '合并写入吗？输入 y 写入，别的都不写：',
};

export const typeWords: Record<string, string> = {
  building: '楼栋',
  room: '房屋',
  household: '住户',
  resident: '居民',
  membership: '家庭关系',
  tag: '标签',
};
