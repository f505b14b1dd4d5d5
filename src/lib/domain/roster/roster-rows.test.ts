import { describe, expect, it } from 'vitest';
import {
  aRow,
  aWorkbook,
  ROSTER_TODAY,
  underUsualHeading,
  USUAL_HEADING,
  type RowFields,
} from '#tests/fixtures/a-roster.ts';
import { readRoster } from './read-roster.ts';
import { readTags } from './roster-tags.ts';
import type { RosterWorkbook } from './roster-sheet.ts';
import { isRestrictedTag } from '../tag-kinds.ts';
import { isRestricted, tagOf } from './roster-vocabulary.ts';
import words from './roster-words.json' with { type: 'json' };

const read = (workbook: RosterWorkbook) => readRoster(workbook, { today: ROSTER_TODAY });
const WANG: RowFields = {
  楼栋: 1,
  单元: 1,
  房号: '101',
  户主: '王桂兰',
  与户主关系: '户主',
  姓名: '王桂兰',
  公民身份号码: '999999194802290027',
};
const nameOf = (of: ReturnType<typeof read>) =>
  of.households.flatMap(({ people }) => people.map((person) => person.facts.name));

describe('rows below a heading', () => {
  it('takes the same person twice as one, fills in what the first row lacked, and tells what differs', () => {
    const again = {
      与户主关系: '户主',
      姓名: '王桂兰',
      公民身份号码: '999999194802290027',
      联系电话: 13800002046,
      备注: '养狗',
    };
    const { households, repeats, doubtful } = read(
      underUsualHeading(WANG, again, { ...again, 性别: '女', 与户主关系: '本人' }),
    );
    expect(households).toHaveLength(1);
    expect(households[0]?.people[0]).toMatchObject({ facts: { phones: ['13800002046'] }, note: '养狗' });
    expect(repeats).toEqual(
      [3, 4].map((row) => ({ sheet: '第一网格', row, cell: `G${row}`, of: { sheet: '第一网格', row: 2 } })),
    );
    expect(doubtful).toMatchObject([{ cell: 'G4', kind: 'repeatDiffers', field: 'relation' }]);
  });

  it('does not take two people of one name for one', () => {
    const twins = read(
      underUsualHeading(
        { ...WANG, 公民身份号码: '无', 出生日期: '2015.6.30' },
        { 与户主关系: '女', 姓名: '王桂兰', 公民身份号码: '无', 出生日期: '2018.1.1' },
      ),
    );
    expect(nameOf(twins)).toEqual(['王桂兰', '王桂兰']);
    expect(twins.repeats).toEqual([]);
  });

  it('asks about the same person behind two doors, and takes a number from the second of two people', () => {
    const twice = read(underUsualHeading(WANG, { ...WANG, 房号: '102' }));
    expect(twice.doubtful).toMatchObject([{ row: 3, cell: 'I3', kind: 'alsoElsewhere', other: { row: 2 } }]);
    const other = read(underUsualHeading(WANG, { ...WANG, 房号: '102', 户主: '李梅', 姓名: '李梅' }));
    expect(other.doubtful).toMatchObject([{ row: 3, cell: 'I3', kind: 'idTaken', by: { row: 2 } }]);
    expect(other.households[1]?.people[0].facts.idNumber).toBeUndefined();
  });

  it('takes vacant rooms by any word for them, each once, and not where somebody lives', () => {
    const empty = { 楼栋: 1, 单元: 1, 房号: '102', 户主: '空户' };
    const reading = read(
      underUsualHeading(
        WANG,
        empty,
        { ...empty, 户主: null, 备注: '无人居住' },
        { ...empty, 房号: '101' },
        { ...empty, 房号: null, 楼栋: null, 单元: null },
      ),
    );
    expect(reading.vacantRooms.map(({ door, room }) => [door.roomNumber, room.state])).toEqual([
      ['102', 'vacant'],
    ]);
    expect(reading.doubtful).toMatchObject([{ cell: 'D5', kind: 'vacantButLivedIn' }]);
    expect(reading.refused).toEqual([{ sheet: '第一网格', row: 6, cell: 'D6', kind: 'vacantWithoutDoor' }]);
  });

  it('refuses a row with a person’s facts and no name, and passes over titles and empty forms', () => {
    const reading = read(
      aWorkbook([
        ['幸福社区台账'],
        ['填表日期：', '2026年9月30日'],
        USUAL_HEADING,
        ...[WANG, { 性别: '男', 联系电话: '13800002046' }, { 序号: 3 }, { 序号: '审核人：李主任' }].map(aRow),
      ]),
    );
    expect(reading.refused).toEqual([{ sheet: '第一网格', row: 5, cell: 'G5', kind: 'noName' }]);
    expect(reading.sheets[0]).toMatchObject({ statedOn: '2026-09-30', people: 1 });
    expect(reading.households[0]?.verifiedOn).toBe('2026-09-30');
  });

  it('compares totals with what was read, and says how many rooms the buildings have', () => {
    const rows = [
      WANG,
      { 楼栋: 1, 单元: 1, 房号: '202', 户主: '空户' },
      { 序号: '合计', 户主: '4户', 姓名: '1人' },
    ];
    expect(read(underUsualHeading(...rows)).totals).toMatchObject([
      {
        cell: 'E4',
        what: 'households',
        stated: 4,
        counted: 1,
        roomsListed: 2,
        roomsByLayout: 4,
        matches: false,
      },
      { cell: 'G4', what: 'people', stated: 1, counted: 1, matches: true },
    ]);
  });

  it('holds back restricted words wherever they stand, and repeats none of them', () => {
    const reading = read(
      underUsualHeading({ ...WANG, 重点人群: '高龄、严重精神障碍', 备注: '社区矫正对象' }),
    );
    expect(reading.heldBack.map(({ cell }) => cell).sort()).toEqual(['L2', 'M2']);
    expect(JSON.stringify(reading)).not.toMatch(/精神|矫正/);
    expect(reading.households[0]).toMatchObject({
      notes: [],
      people: [{ tags: ['elder'], restricted: ['communityCorrection', 'severeMentalIllness'] }],
    });
  });

  it.each<[string, string, string[], boolean]>([
    ['重点人群', '社矫；刑满释放人员', ['communityCorrection', 'releasedPrisoner'], true],
    ['重点人群', '戒毒、信访', ['drugRehabilitation'], false],
    ['重点人群', '吸毒', [], false],
    ['备注', '非严重精神障碍', [], false],
    ['备注', '社区矫正对象，已解除', [], false],
    ['备注', '艾滋', [], false],
  ])('makes of %s %j restricted tags of what is clear and nothing of the rest', (...given) => {
    const [field, written, restricted, toCare] = given;
    const reading = read(underUsualHeading({ ...WANG, [field]: written }));
    expect(reading.heldBack).toMatchObject([{ toCare }]);
    expect(reading.households[0]).toMatchObject({ notes: [], people: [{ tags: [], restricted }] });
    expect(reading.doubtful).toEqual([]);
  });

  it('knows a let room by what is noted, and leaves the day of a visit out where no column says it', () => {
    const { households } = read(underUsualHeading({ ...WANG, 备注: '租户，房东电话另记' }));
    expect(households[0]).toMatchObject({ room: { state: 'rented' }, notes: ['租户，房东电话另记'] });
    expect(households[0]?.visitedOn).toBeUndefined();
  });

  it('tells somebody born after the day the sheet was filled in', () => {
    const reading = read(
      aWorkbook([
        ['填表日期：2010年1月1日'],
        USUAL_HEADING,
        aRow({ ...WANG, 公民身份号码: '999999201506300035' }),
      ]),
    );
    expect(reading.doubtful).toMatchObject([{ cell: 'J3', kind: 'bornAfterSheet', statedOn: '2010-01-01' }]);
  });
});

describe('headings', () => {
  it('finds them in two rows, below groups, in any order, and names a column it does not know', () => {
    const heading = [
      ['某某社区名册', null, null, null, null, null, null],
      ['家庭成员', null, null, '住址', null, null, '血型'],
      ['姓 名', '与户主关系', '身份证号码', '楼号', '单元', '房间号', null],
    ];
    const merges = [
      { top: 0, bottom: 0, left: 0, right: 6 },
      { top: 1, bottom: 1, left: 0, right: 2 },
      { top: 1, bottom: 1, left: 3, right: 5 },
      { top: 1, bottom: 2, left: 6, right: 6 },
    ];
    const reading = read(
      aWorkbook(
        [...heading, ['王桂兰', '户主', '999999194802290027', '叁号楼', '二单元', '501室', 'A']],
        merges,
      ),
    );
    expect(reading.sheets[0]?.tables).toMatchObject([
      {
        headings: [
          { field: 'name', cell: 'A3' },
          { field: 'relation' },
          { field: 'idNumber' },
          { field: 'building' },
          { field: 'unit' },
          { field: 'room' },
        ],
        unknown: [{ cell: 'G3', label: '血型' }],
        firstRow: 4,
      },
    ]);
    expect(reading.households[0]?.door).toEqual({
      compound: '',
      buildingNumber: '3',
      unitNumber: '2',
      roomNumber: '501',
    });
  });

  it('passes over hints below a heading and goes on below a heading printed again', () => {
    const hints = USUAL_HEADING.map((label) => (label === '出生日期' ? '(年月日)' : null));
    const reading = read(
      aWorkbook([
        USUAL_HEADING,
        hints,
        aRow(WANG),
        USUAL_HEADING,
        hints,
        aRow({ 与户主关系: '子', 姓名: '王小明', 公民身份号码: '无' }),
      ]),
    );
    expect(reading.refused).toEqual([]);
    expect(reading.households.map(({ people }) => people.length)).toEqual([2]);
  });

  it('reads nothing of a sheet without a heading', () => {
    const reading = read({ sheets: [{ name: '说明', rows: [['本表由网格员手工填写']], merges: [] }] });
    expect(reading).toMatchObject({ sheets: [{ name: '说明', tables: [] }], households: [], refused: [] });
  });
});

describe('readTags', () => {
  it('knows every word of a restricted tag as restricted, and no ordinary tag by it', () => {
    for (const [code, list] of Object.entries(words.restrictedTags)) {
      expect(isRestrictedTag(code)).toBe(true);
      for (const word of list)
        expect([word, isRestricted(word), tagOf(word)]).toEqual([word, true, undefined]);
    }
  });

  it.each([
    ['高龄、独居老人', 84, ['elder', 'alone80']],
    ['高龄/独居老人', undefined, ['elder', 'alone80']],
    ['独居老人', 66, ['aloneElder']],
    ['高龄 独居老人 退役军人', 88, ['elder', 'alone80', 'veteran']],
    ['低保，残疾,志愿者', 40, ['lowIncome', 'disabled', 'volunteer']],
    ['无', 40, []],
    ['', 40, []],
  ])('reads %j at %s', (...[written, age, codes]) => {
    expect(readTags(written, age)).toEqual({
      ...{ codes, restricted: [], heldBack: false, unknown: [], againstAge: [] },
    });
  });

  it('puts no tag of the old on a child, none of children on the old, and tells unknown ones', () => {
    expect(readTags('高龄', 6)).toMatchObject({ codes: [], againstAge: [{ written: '高龄', age: 6 }] });
    expect(readTags('留守儿童、低保', 78)).toMatchObject({ codes: ['lowIncome'], againstAge: [{ age: 78 }] });
    expect(readTags('集邮爱好者', 50)).toMatchObject({ codes: [], unknown: ['集邮爱好者'] });
  });
});
