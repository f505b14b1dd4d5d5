import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  aRow,
  aWorkbook,
  mergedDown,
  ROSTER_TODAY,
  underUsualHeading,
  USUAL_HEADING,
  type RowFields,
} from '#tests/fixtures/a-roster.ts';
import { readRoster } from './read-roster.ts';
import type { RosterCell, RosterWorkbook } from './roster-sheet.ts';

const read = (workbook: RosterWorkbook) => readRoster(workbook, { today: ROSTER_TODAY });
const DOOR = { 楼栋: 1, 单元: 1, 房号: '101' };
const WANG: RowFields = {
  ...DOOR,
  户主: '王桂兰',
  与户主关系: '户主',
  姓名: '王桂兰',
  性别: '女',
  公民身份号码: '999999194802290027',
  出生日期: '1948.2.29',
};
const CHEN: RowFields = {
  ...DOOR,
  房号: '102',
  户主: '陈建国',
  与户主关系: '户主',
  姓名: '陈建国',
  性别: '男',
  公民身份号码: '999999196001010012',
  出生日期: 21916,
};

describe('readRoster, households', () => {
  it('fills merged cells down, and begins a household with each merged area', () => {
    const rows = [WANG, { 与户主关系: '子', 姓名: '王小明' }, CHEN, { 与户主关系: '妻', 姓名: '李梅' }].map(
      aRow,
    );
    const merges = [1, 2, 3, 4].flatMap((column) => [mergedDown(column, 2, 3), mergedDown(column, 4, 5)]);
    const { households } = read(aWorkbook([USUAL_HEADING, ...rows], merges));
    expect(
      households.map(({ door, people }) => [door?.roomNumber, ...people.map((person) => person.facts.name)]),
    ).toEqual([
      ['101', '王桂兰', '王小明'],
      ['102', '陈建国', '李梅'],
    ]);
    expect(households[0]?.people.map((person) => person.relation)).toEqual(['02', '20']);
  });

  it('reads a flat list, the door written in every row', () => {
    const { households, doubtful } = read(
      underUsualHeading(
        WANG,
        { ...DOOR, 与户主关系: '女', 姓名: '王小红', 公民身份号码: '999999201506300035' },
        CHEN,
      ),
    );
    expect(households.map(({ people }) => people.length)).toEqual([2, 1]);
    expect(doubtful).toEqual([]);
  });

  it('carries building and unit down to rooms written alone', () => {
    const { households } = read(
      underUsualHeading(WANG, { 房号: '201', 与户主关系: '户主', 姓名: '周文', 公民身份号码: '无' }),
    );
    expect(households[1]?.door).toEqual({
      compound: '',
      buildingNumber: '1',
      unitNumber: '1',
      roomNumber: '201',
    });
  });

  it('keeps a household whose door got lost in a blank row, and says which doors stand around it', () => {
    const rows: RowFields[] = [
      WANG,
      {},
      { 与户主关系: '户主', 姓名: '周文', 公民身份号码: '999999196001010012' },
      { ...CHEN, 房号: '103', 公民身份号码: '999999201506300035', 性别: null, 出生日期: null },
    ];
    const workbook = aWorkbook(
      [USUAL_HEADING, ...rows.map(aRow)],
      [1, 2, 3, 4].map((column) => mergedDown(column, 3, 4)),
    );
    const { households, doubtful, refused } = read(workbook);
    expect(households).toHaveLength(3);
    expect(households[1]?.door).toBeUndefined();
    expect(doubtful).toEqual([
      { sheet: '第一网格', row: 4, cell: 'D4', kind: 'doorMissing', before: '1-1-101', after: '1-1-103' },
    ]);
    expect(refused).toEqual([]);
  });

  it('makes two households of two heads behind one door, and says so', () => {
    const { households, doubtful } = read(
      underUsualHeading(WANG, { 与户主关系: '户主', 姓名: '周文', 公民身份号码: '999999201506300035' }),
    );
    expect(households.map(({ door }) => door?.roomNumber)).toEqual(['101', '101']);
    expect(doubtful).toMatchObject([{ cell: 'F3', kind: 'secondHead' }]);
  });

  it('puts the head first, takes 户主 by name where no relation is written, and keeps a household without one', () => {
    const headless = read(underUsualHeading({ ...WANG, 与户主关系: '妻' }));
    expect(headless.households[0]).toMatchObject({ headKnown: false });
    expect(headless.doubtful).toMatchObject([{ cell: 'D2', kind: 'headMissing' }]);
    const later = read(
      underUsualHeading(
        { ...CHEN, 户主: '王桂兰', 与户主关系: '夫' },
        { 户主: '王桂兰', 姓名: '王　桂兰', 公民身份号码: '999999194802290027' },
      ),
    );
    expect(later.households[0]?.people.map((person) => [person.facts.name, person.relation])).toEqual([
      ['王桂兰', '02'],
      ['陈建国', '11'],
    ]);
  });

  it('says 空挂户 and 居住户 only where everybody is so', () => {
    const heading = ['楼栋', '单元', '房号', '与户主关系', '姓名', '人户状态'];
    const kindOf = (...words: string[]) =>
      read(
        aWorkbook([
          heading,
          ...words.map((word, at): RosterCell[] => [
            '1',
            '1',
            '101',
            at === 0 ? '户主' : '子',
            `周${at}`,
            word,
          ]),
        ]),
      ).households[0]?.kind;
    expect(kindOf('空挂户', '空挂户')).toBe('registeredOnly');
    expect(kindOf('空挂户', '人户一致')).toBe('family');
    expect(kindOf('流动人口')).toBe('residing');
  });
});

describe('readRoster, people', () => {
  it.each([
    ['999999 19480229 0027', '999999194802290027'],
    ['９９９９９９１９４８０２２９００２７', '999999194802290027'],
    ['11010519491231002x', '11010519491231002X'],
  ])('takes the number %j', (written, idNumber) => {
    const { households, doubtful } = read(
      underUsualHeading({ ...WANG, 出生日期: null, 公民身份号码: written }),
    );
    expect(households[0]?.people[0].facts).toMatchObject({ idNumber, idType: '111' });
    expect(doubtful).toEqual([]);
  });

  it.each<[RosterCell, object]>([
    [null, { kind: 'idMissing' }],
    ['待补', { kind: 'idMissing' }],
    ['未办理', { kind: 'idMissing' }],
    ['999999480229002', { kind: 'idWrong', reason: 'fifteen-digits' }],
    [999999480229002, { kind: 'idWrong', reason: 'fifteen-digits' }],
    [999999194802290000, { kind: 'idLostDigits' }],
    ['9.99999E+17', { kind: 'idLostDigits' }],
    ['999999194802290020', { kind: 'idWrong', reason: 'check-character' }],
    ['99999919480229002', { kind: 'idWrong', reason: 'length' }],
  ])('keeps a person with the number %j without it, and lists the cell', (written, remark) => {
    const { households, doubtful, refused } = read(underUsualHeading({ ...WANG, 公民身份号码: written }));
    expect(households[0]?.people[0].facts).toEqual({ name: '王桂兰', sex: '2', birth: '1948-02-29' });
    expect(doubtful).toEqual([{ sheet: '第一网格', row: 2, cell: 'I2', ...remark }]);
    expect(refused).toEqual([]);
  });

  it('takes sex and birthday from a right number where the sheet has none, and tells where they differ', () => {
    const bare = read(underUsualHeading({ ...WANG, 性别: null, 出生日期: null }));
    expect(bare.households[0]?.people[0].facts).toMatchObject({ sex: '2', birth: '1948-02-29' });
    const differing = read(underUsualHeading({ ...WANG, 性别: '男', 出生日期: '1949.2.28' }));
    expect(differing.households[0]?.people[0].facts).toMatchObject({ sex: '1', birth: '1948-02-29' });
    expect(differing.doubtful).toMatchObject([
      { cell: 'H2', kind: 'sexDiffers' },
      { cell: 'J2', kind: 'birthDiffers' },
    ]);
  });

  it('keeps a rare character outside the basic plane and loses only the blanks of a name', () => {
    const { households } = read(underUsualHeading({ ...WANG, 姓名: '郝　文𬱖' }));
    expect(households[0]?.people[0].facts.name).toBe('郝文𬱖');
    expect([...(households[0]?.people[0].facts.name ?? '')]).toHaveLength(3);
  });

  it('reads two phones, and tells a bad one without losing the good', () => {
    const { households, doubtful } = read(underUsualHeading({ ...WANG, 联系电话: '13800002046/1380000' }));
    expect(households[0]?.people[0].facts.phones).toEqual(['13800002046']);
    expect(doubtful).toMatchObject([{ cell: 'K2', kind: 'phoneWrong' }]);
  });

  it('gives a word it does not know no code, and tells it', () => {
    const { households, doubtful } = read(
      underUsualHeading({ ...WANG, 性别: '女士?' }, { 与户主关系: '发小', 姓名: '周文', 公民身份号码: '无' }),
    );
    expect(households[0]?.people[1]?.relation).toBe('80');
    expect(doubtful.map(({ cell, kind }) => `${cell} ${kind}`)).toEqual([
      'H2 wordUnknown',
      'I3 idMissing',
      'F3 wordUnknown',
    ]);
  });

  it('keeps a number of another document apart from ID numbers', () => {
    const heading = ['楼栋', '单元', '房号', '与户主关系', '姓名', '证件类型', '证件号码'];
    const { households, doubtful } = read(
      aWorkbook([heading, ['1', '1', '101', '户主', 'Anna', '护照', 'e12345678']]),
    );
    expect(households[0]?.people[0].facts).toEqual({
      name: 'Anna',
      idType: '414',
      documentNumber: 'E12345678',
    });
    expect(doubtful).toEqual([]);
  });

  it('takes no number for a name, and no paper for a name or a note', () => {
    const { households, refused, doubtful } = read(
      underUsualHeading(
        { ...WANG, 备注: '水'.repeat(501) },
        { 姓名: 42, 性别: '男' },
        { 姓名: '王'.repeat(101), 性别: '男' },
      ),
    );
    expect(households).toMatchObject([{ people: [{ facts: { name: '王桂兰' } }], notes: [] }]);
    expect(doubtful).toEqual([{ sheet: '第一网格', row: 2, cell: 'M2', kind: 'textTooLong', field: 'note' }]);
    expect(refused.map(({ cell, kind }) => `${cell} ${kind}`)).toEqual(['G3 noName', 'G4 nameTooLong']);
  });

  it('never throws and never loses a row, whatever stands in the cells', () => {
    const cell = fc.oneof(
      fc.constant(null),
      fc.string(),
      fc.integer(),
      fc.constantFrom('户主', '101', '空户', '合计', '999999194802290027', '王桂兰'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 13, maxLength: 13 }), { maxLength: 12 }), (rows) => {
        const { households, vacantRooms, refused, repeats } = read(aWorkbook([USUAL_HEADING, ...rows]));
        const people = households.reduce((total, household) => total + household.people.length, 0);
        expect(people + vacantRooms.length + refused.length + repeats.length).toBeLessThanOrEqual(
          rows.length,
        );
        for (const household of households) expect(household.people.length).toBeGreaterThan(0);
      }),
    );
  });
});
