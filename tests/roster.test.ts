// `npm run roster` on a committee's workbook: what it understands, and that it writes it once, on a real server.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readXlsx, writeXlsx } from 'hucre/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDocument, type DocumentType } from '#lib/domain/parse-document.ts';
import { couchClient, type CouchClient } from '../scripts/couch-client.ts';
import { provisionStreet } from '../scripts/provision/provision-street.ts';
import { runRoster, type ExitCode } from '../scripts/roster-command.ts';
import type { RosterReport } from '../scripts/roster-report.ts';
import { readScope } from '../scripts/roster-server.ts';
import { readWorkbook } from '../scripts/roster-workbook.ts';
import { startQiaomen, type RunningQiaomen } from '../scripts/start-qiaomen.ts';
import { aZip } from './fixtures/a-zip.ts';

const WORKBOOK = 'tests/fixtures/rosters/xingfu-community.xlsx';
const COMMUNITY = '999999001001';
const GRIDS = [`${COMMUNITY}001`, `${COMMUNITY}002`] as const;
const TODAY = new Date('2026-11-22T02:00:00.000Z');
const PASSWORD = 'a password of the test';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'qiaomen-roster-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Told {
  exitCode: ExitCode;
  out: string;
  err: string;
}

/** The command in this process; `answers` are what somebody at the terminal types. */
async function roster(args: string[], answers?: string[]): Promise<Told> {
  const out: string[] = [];
  const err: string[] = [];
  const exitCode = await runRoster(args, {
    say: (line) => out.push(line),
    warn: (line) => err.push(line),
    ask: answers && (async (question) => (err.push(question), answers.shift())),
    environment: {},
    now: () => TODAY,
  });
  return { exitCode, out: out.join('\n'), err: err.join('\n') };
}

async function inFile(name: string, content: Uint8Array | string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, content);
  return file;
}

describe('npm run roster --dry-run', () => {
  let report: RosterReport;
  beforeAll(async () => {
    report = JSON.parse(
      (await roster([WORKBOOK, '--community', COMMUNITY, '--dry-run', '--json'])).out,
    ) as RosterReport;
  });

  it('finds 539 households, 1,254 people and 35 vacant rooms, and refuses nobody', () => {
    expect(report).toMatchObject({ households: 539, people: 1254, vacantRooms: 35, refused: [] });
    expect(report.sheets.map(({ name, understood }) => [name, understood])).toEqual([
      ['第一网格', true],
      ['第二网格', true],
      ['说明', false],
    ]);
  });

  it('tells the five repeats and the totals that count rooms', () => {
    expect(report.repeats.map(({ sheet, cell }) => sheet + cell)).toEqual([
      '第一网格G20',
      '第一网格G147',
      '第一网格G370',
      '第二网格G201',
      '第二网格G256',
    ]);
    const differing = report.totals.filter(({ matches }) => !matches);
    expect(differing.map(({ cell, stated, counted }) => [cell, stated, counted])).toEqual([
      ['E697', 320, 293],
      ['E614', 280, 246],
    ]);
    for (const { reason } of differing) expect(reason).toContain('数的是房间');
  });

  it('lists every missing, wrong, old and spoilt ID number with its cell, and the households without a door', () => {
    const cells = (pattern: RegExp) =>
      report.doubtful.filter(({ reason }) => pattern.test(reason)).map(({ sheet, cell }) => sheet[1] + cell);
    expect(cells(/没有身份证号码，/)).toHaveLength(24);
    expect(cells(/15 位/)).toHaveLength(22);
    expect(cells(/后几位已经丢失/)).toEqual(['一J203', '二J80']);
    expect(cells(/校验码/)).toHaveLength(14);
    expect(cells(/没有房号/)).toEqual(['一D45', '一D293', '一D330', '二D27', '二D62', '二D221', '二D260']);
    for (const { row, cell } of report.doubtful) expect(cell).toBe(cell.replace(/\d+$/, String(row)));
  });

  it('holds back three restricted cells and repeats neither numbers nor categories', () => {
    expect(report.heldBack).toHaveLength(3);
    for (const { reason } of report.heldBack) expect(reason).toContain('敏感事项');
    const told = JSON.stringify(report);
    expect(told).not.toMatch(/\d{15}|1[3-9]\d{9}|精神|矫正/);
  });

  it('writes clean JSON to standard output as a command, with no server', async () => {
    const args = ['scripts/roster.ts', WORKBOOK, '--community', COMMUNITY, '--dry-run', '--json'];
    const child = spawn('node_modules/.bin/tsx', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    const exitCode = await new Promise((done) => child.on('close', done));
    expect(exitCode).toBe(0);
    expect(JSON.parse(Buffer.concat(chunks).toString('utf8'))).toMatchObject({
      households: 539,
      people: 1254,
      vacantRooms: 35,
    });
  });

  it('says the same to people, in sentences', async () => {
    const { out } = await roster([WORKBOOK, '--dry-run']);
    expect(out).toContain('“第一网格”：表头在第 3 行');
    expect(out).toContain('一共：有人居住 539 户，1254 人；空房 35 套。');
    expect(out).toContain('第一网格 J203  身份证号码被表格软件当成数字');
    expect(out).toContain('这是试读');
  });
});

describe('npm run roster --bad-rows', () => {
  const cellsOf = async (file: string) => {
    const reading = await readWorkbook(new Uint8Array(await readFile(file)));
    return reading.outcome === 'read' ? reading.workbook.sheets : [];
  };

  it('keeps what was not understood as it stood, with the reason, and never writes over a file', async () => {
    const file = path.join(folder, 'bad.xlsx');
    const args = [WORKBOOK, '--dry-run', '--bad-rows', file];
    expect((await roster(args)).err).toMatch(/没全读懂的 \d+ 行在/);
    const [sheet] = await cellsOf(file);
    expect(sheet?.rows[0]).toEqual(expect.arrayContaining(['姓名', '原来的行', '没读懂什么']));
    const told = JSON.parse((await roster([WORKBOOK, '--dry-run', '--json'])).out) as RosterReport;
    const rows = new Set([...told.refused, ...told.doubtful].map((one) => `${one.sheet} ${one.row}`));
    const kept = (await cellsOf(file)).reduce((count, each) => count + each.rows.length - 1, 0);
    expect(kept).toBe(rows.size);
    expect(await roster(args)).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('不覆盖') as string,
    });
  });

  it('runs nothing when it is opened, and keeps eighteen digits and a plus sign through being read again', async () => {
    const heading = ['姓名', '楼栋', '单元', '房号', '与户主关系', '身份证号', '电话', '备注'];
    const formula = '=HYPERLINK("http://example.invalid?"&A1,"名册")';
    const number = '99999919491231002X';
    const given = await inFile(
      'formulas.xlsx',
      await writeXlsx({
        sheets: [
          {
            name: '第一网格',
            rows: [heading, ['王桂兰', '3', '1', '101', '户主', number, '+86 1', formula]],
          },
        ],
      }),
    );
    const file = path.join(folder, 'formulas-bad.xlsx');
    await roster([given, '--dry-run', '--bad-rows', file]);
    const bytes = new Uint8Array(await readFile(file));
    const raw = await readXlsx(bytes);
    const texts = raw.sheets.flatMap(({ rows }) => rows.flat()).filter((cell) => typeof cell === 'string');
    expect(texts).toEqual(expect.arrayContaining([`'${formula}`, "'+86 1", number]));
    expect(texts.filter((text) => /^\s*[=+@＝＋＠-]/.test(text))).toEqual([]);
    const [again] = await cellsOf(file);
    expect(again?.rows[1]?.slice(5, 8)).toEqual([number, '+86 1', formula]);
  });
});

describe('readWorkbook', () => {
  const cellsOf = async (rows: (string | number | Date | null)[][]) => {
    const reading = await readWorkbook(await writeXlsx({ sheets: [{ name: 'a', rows }] }));
    return reading.outcome === 'read' ? reading.workbook.sheets[0]?.rows : reading.reason;
  };

  it('takes no escape sequence to a terminal, no half of a character, no error for a word', async () => {
    expect(await cellsOf([['王\u0085桂\u009b31m兰', '#N/A', '#REF!', '𬱖', ' 1\n2']])).toEqual([
      ['王桂31m兰', null, null, '𬱖', ' 1\n2'],
    ]);
  });

  it('takes the day of a date whose fraction of a second is off', async () => {
    expect(await cellsOf([[new Date('1993-01-03T00:00:00Z')]])).toEqual([[{ date: '1993-01-03' }]]);
  });

  it('counts a cell far down as rows, and does not cut it off in silence', async () => {
    const rows: (string | null)[][] = Array.from({ length: 60_000 }, () => []);
    rows[59_999] = ['王桂兰'];
    expect(await cellsOf([['姓名'], ...rows])).toBe('tooManyRows');
  });
});

describe('npm run roster, what is no roster', () => {
  const zeros = (bytes: number) => Buffer.alloc(bytes);
  it.each<[string, () => Promise<string>, RegExp]>([
    ['no file', async () => path.join(folder, 'nowhere.xlsx'), /找不到文件/],
    ['a folder', async () => folder, /这不是文件/],
    ['nothing', () => inFile('empty.xlsx', ''), /是空的/],
    ['text', () => inFile('text.xlsx', '姓名,户主\n王桂兰,王桂兰'), /文本表格（CSV.*另存为 \.xlsx/],
    [
      'an old .xls',
      () => inFile('old.xlsx', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), zeros(600)])),
      /旧式的 \.xls/,
    ],
    [
      'a zip of something else',
      () => inFile('photos.xlsx', aZip([{ name: 'a.txt', content: Buffer.from('photo') }])),
      /不是 Excel 工作簿/,
    ],
    ['21 MB', () => inFile('large.xlsx', zeros(21 * 1024 * 1024)), /超过 20 MB/],
    [
      'a bomb',
      () => inFile('bomb.xlsx', aZip([{ name: 'xl/workbook.xml', content: zeros(30_000_000) }])),
      /展开后太大/,
    ],
    [
      'a bomb that denies it',
      () =>
        inFile(
          'liar.xlsx',
          aZip([{ name: '[Content_Types].xml', content: zeros(30_000_000), saidBytes: 10 }]),
        ),
      /不是 Excel 工作簿/,
    ],
    [
      'a truncated workbook',
      async () =>
        inFile('cut.xlsx', (await writeXlsx({ sheets: [{ name: 'a', rows: [['姓名']] }] })).slice(0, -40)),
      /不是 Excel 工作簿/,
    ],
    [
      'a workbook with no cells',
      async () => inFile('blank.xlsx', await writeXlsx({ sheets: [{ name: 'a', rows: [] }] })),
      /没有内容/,
    ],
    [
      'a workbook with no heading',
      async () =>
        inFile('letter.xlsx', await writeXlsx({ sheets: [{ name: 'a', rows: [['各位居民：', '你们好']] }] })),
      /没有找到表头/,
    ],
    [
      'more than 50,000 rows',
      async () =>
        inFile(
          'long.xlsx',
          await writeXlsx({
            sheets: [{ name: 'a', rows: Array.from({ length: 50_001 }, () => ['王桂兰']) }],
          }),
        ),
      /超过 5 万行/,
    ],
  ])('refuses %s in one sentence', async (...[, file, sentence]) => {
    const { exitCode, out, err } = await roster([await file(), '--dry-run', '--json']);
    expect(exitCode).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(sentence);
    expect(err.split('\n')).toHaveLength(1);
  });

  it.each([
    [[], /没有写名册文件/],
    [[WORKBOOK], /没有写社区代码/],
    [[WORKBOOK, '--community', '12'], /12 位数字/],
    [[WORKBOOK, '--community', COMMUNITY, '--grid', '第一网格'], /--grid 应写成/],
    [[WORKBOOK, '--community', COMMUNITY, '--grid', '第一网格=110101001001001'], /以社区代码/],
    [[WORKBOOK, '--community', COMMUNITY, '--colour'], /参数看不懂/],
  ])('says what is wrong with %j', async (...[args, sentence]) => {
    const { exitCode, err } = await roster(args);
    expect([exitCode, err.split('\n')[0]]).toEqual([2, expect.stringMatching(sentence)]);
  });
});

describe('npm run roster, on a server', () => {
  let running: RunningQiaomen;
  let client: CouchClient;
  let url: string;
  beforeAll(async () => {
    running = await startQiaomen({
      port: 0,
      dataDir: path.join(folder, 'data'),
      adminPassword: PASSWORD,
      app: false,
      demo: false,
    });
    url = `${running.url}/db`;
    client = couchClient({ url, user: 'admin', password: PASSWORD });
  });
  afterAll(() => running.close());

  const signIn = () => ['--url', url, '--password', PASSWORD];
  const grids = GRIDS.flatMap((code, at) => ['--grid', `第${at === 0 ? '一' : '二'}网格=${code}`]);
  const importAll = () => roster([WORKBOOK, '--community', COMMUNITY, ...grids, ...signIn()]);
  const updates = async () =>
    Promise.all(
      ['directory', ...GRIDS.flatMap((code) => [`grid-${code}`, `care-${code}`])].map(async (scope) => {
        const answer = await client.request('GET', `/${scope}`);
        return answer.outcome === 'answered' && (answer.body as { update_seq: unknown }).update_seq;
      }),
    );

  it('says that there is no directory yet, that nobody answers, that the password is wrong', async () => {
    const bare = [WORKBOOK, '--community', COMMUNITY, '--json'];
    expect(await roster([...bare, ...signIn()])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('没有街道和网格的目录') as string,
    });
    expect(await roster([...bare, '--url', 'http://127.0.0.1:9/db', '--password', 'x'])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('连不上服务器') as string,
    });
    expect(await roster([...bare, '--url', url, '--password', 'wrong'])).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('用户名或密码不对') as string,
    });
    expect(await roster([...bare, '--url', url])).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('没有密码') as string,
    });
  });

  it('asks for the grid of each sheet, or says which there are, and writes nothing before', async () => {
    await provisionStreet(
      client,
      {
        code: '999999001',
        name: '安和街道',
        staff: [],
        communities: [
          {
            code: COMMUNITY,
            name: '幸福社区',
            grids: GRIDS.map((code, at) => ({
              code,
              name: `网格${at + 1}`,
              kind: 'residential' as const,
              buildings: [],
            })),
          },
        ],
      },
      { author: { person: 'admin', device: 'provision', now: TODAY.toISOString() } },
    );
    const unsaid = await roster([
      WORKBOOK,
      '--community',
      COMMUNITY,
      '--grid',
      `第一网格=${GRIDS[0]}`,
      ...signIn(),
    ]);
    expect(unsaid.exitCode).toBe(2);
    expect(unsaid.err).toMatch(
      /属于哪个网格：第二网格\n.*：\n {2}1\. 999999001001001 网格1\n {2}2\. 999999001001002 网格2\n.*--grid "第二网格=/,
    );
    const stranger = await roster([
      WORKBOOK,
      '--community',
      COMMUNITY,
      '--grid',
      `第九网格=${GRIDS[0]}`,
      ...signIn(),
    ]);
    expect(stranger).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('“第九网格”不在名册里') as string,
    });
    const nobody = await roster([WORKBOOK, '--community', COMMUNITY, ...signIn()], ['7', '-', '-']);
    expect((await roster([WORKBOOK, '--community', COMMUNITY, ...signIn()], [])).exitCode).toBe(2);
    expect(nobody.err.match(/属于哪个网格？/g)).toHaveLength(3);
    expect(nobody.out).toContain('没有写任何东西');
  });

  it('writes the roster once: the second run writes nothing', async () => {
    const first = await importAll();
    expect(first).toMatchObject({ exitCode: 0, err: '' });
    expect(first.out).toContain(
      '  新建：住户 539 户、居民 1254 人、楼栋 17 栋、房屋 574 套、家庭关系 1254 条、标签 ',
    );
    expect(first.out).toContain('  修改：无');
    const before = await updates();
    const second = await importAll();
    expect(second.exitCode).toBe(0);
    expect(second.out).toMatch(/与服务器上的一致（住户 539 户、居民 1254 人.*没有写任何东西/);
    expect(second.out).toContain('敏感事项：已有 3 条，没有变。');
    expect(first.out + second.out).not.toMatch(/精神/);
    expect(await updates()).toEqual(before);
  });

  it('has put every document where it belongs, readable by the app, nobody twice', async () => {
    const bodies = (await Promise.all(GRIDS.map((code) => readScope(client, `grid-${code}`)))).flat();
    const of = (type: string) => bodies.filter((body) => body.type === type);
    expect({
      households: of('household').length,
      residents: of('resident').length,
      memberships: of('membership').length,
      rooms: of('room').length,
      vacant: of('room').filter((body) => body.state === 'vacant').length,
    }).toEqual({ households: 539, residents: 1254, memberships: 1254, rooms: 574, vacant: 35 });
    for (const body of bodies) {
      expect(parseDocument(body.type as DocumentType, body).outcome).toBe('read');
    }
    expect(of('resident').every((body) => /^[a-z]+( [a-z]+)*$/.test(String(body.pinyin)))).toBe(true);
    expect(of('resident').filter((body) => String(body.name).includes('𬱖')).length).toBeGreaterThan(20);
    expect(
      of('household').every(
        (body) => body.rosterVerifiedOn === '2026-09-30' && body.lastContactOn === undefined,
      ),
    ).toBe(true);
    const buildings = (await readScope(client, 'directory')).filter((body) => body.type === 'building');
    expect(buildings.map((body) => `${String(body.grid).slice(-1)}-${String(body.number)}`).sort()).toEqual([
      ...Array.from({ length: 8 }, (_, at) => `1-${at + 1}`),
      '1-待落格',
      ...Array.from({ length: 7 }, (_, at) => `2-${at + 1}`),
      '2-待落格',
    ]);
  });

  it('has put three restricted facts into care, none into the rosters, and told them in numbers alone', async () => {
    const care = (await Promise.all(GRIDS.map((code) => readScope(client, `care-${code}`)))).flat();
    const rosters = (await Promise.all(GRIDS.map((code) => readScope(client, `grid-${code}`)))).flat();
    expect(care.map(({ code }) => code)).toEqual(Array(3).fill('severeMentalIllness'));
    expect(JSON.stringify(rosters)).not.toMatch(/severeMental|精神/);
    for (const tag of care) expect(rosters.find(({ _id }) => _id === tag.resident)).toBeDefined();
  });

  it('leaves what somebody changed since, and tells it', async () => {
    const scope = `grid-${GRIDS[0]}`;
    const head = (await readScope(client, scope)).find(
      (body) => body.type === 'resident' && body.name === '方强诺',
    )!;
    await client.request('PUT', `/${scope}/${encodeURIComponent(String(head._id))}`, {
      ...head,
      phones: ['13900000000'],
      device: 'tablet-a',
      updatedBy: 'limin',
    });
    const { exitCode, out } = await importAll();
    expect(exitCode).toBe(0);
    expect(out).toContain('没有写任何东西');
    expect(out).toContain('没有覆盖（1 条记录）：\n  第一网格 9：居民的电话');
  });

  it('says before it writes that other households are there, and merges only when told to', async () => {
    const file = await inFile(
      'another.xlsx',
      await writeXlsx({
        sheets: [
          {
            name: '第一网格',
            rows: [
              ['楼栋', '单元', '房号', '户主', '与户主关系', '姓名'],
              ['1号楼', '1单元', '101', '欧阳甲', '户主', '欧阳甲'],
              ['9号楼', '1单元', '101', '欧阳乙', '户主', '欧阳乙'],
            ],
          },
        ],
      }),
    );
    const args = [file, '--community', COMMUNITY, '--grid', `第一网格=${GRIDS[0]}`, ...signIn()];
    const before = await updates();
    const unasked = await roster(args);
    expect(unasked.exitCode).toBe(2);
    expect(unasked.err).toContain('已经有住户');
    expect(unasked.err).toContain(
      `网格1 ${GRIDS[0]}：已有 293 户。名册里有 0 户与已有的对上，算同一户，不覆盖；要新加 2 户，其中 1 户的门牌里已经有别的户`,
    );
    expect(unasked.err).toContain('--merge');
    expect(await roster(args, ['n'])).toMatchObject({ exitCode: 2 });
    expect(await updates()).toEqual(before);
    const merged = await roster([...args, '--merge', '--json']);
    expect(merged.exitCode).toBe(0);
    expect(JSON.parse(merged.out)).toMatchObject({ written: { created: { household: 2, resident: 2 } } });
    const again = await roster(args);
    expect(again).toMatchObject({ exitCode: 0, err: '' });
    expect(again.out).toContain('没有写任何东西');
  });
});
