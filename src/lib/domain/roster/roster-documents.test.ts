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
import { parseDocument, type DocumentType } from '../parse-document.ts';
import { checkCharacterOf } from '../id-number.ts';
import { readRoster } from './read-roster.ts';
import { planRoster } from './roster-documents.ts';
import type { RosterWorkbook } from './roster-sheet.ts';

const GRID = '999999001001001';
type Body = Record<string, unknown>;

/** A server that keeps what is written to it, each document under its newest revision. */
function aServer() {
  const bodies = new Map<string, Body>();
  let chance = 1;
  const nextByte = () => (chance = (chance * 48_271) % 2_147_483_647) >> 8;
  const ids = {
    nowMs: () => 1_763_800_000_000,
    randomBytes: (length: number) => Uint8Array.from({ length }, nextByte),
  };
  const store = (body: Body) => {
    const generation = Number(/^\d+/.exec(String(body._rev ?? '0'))?.[0]) + 1;
    bodies.set(String(body._id), { ...body, _rev: `${generation}-x` });
  };
  const plan = (workbook: RosterWorkbook) => {
    const { households, vacantRooms } = readRoster(workbook, { today: ROSTER_TODAY });
    const planned = planRoster({ grid: GRID, households, vacantRooms }, [...bodies.values()], {
      author: { person: 'admin', device: 'x', now: '2026-11-22T01:00:00.000Z' },
      ids,
      pinyinOf: (name) => `pinyin of ${name}`,
    });
    if (planned.outcome === 'unreadable') throw new Error(`${planned.documents} unreadable`);
    return planned;
  };
  const take = (workbook: RosterWorkbook) => {
    const planned = plan(workbook);
    for (const body of [...planned.directory, ...planned.grid]) store(body);
    return planned;
  };
  const all = (type: string) => [...bodies.values()].filter((body) => body.type === type);
  return { bodies, store, plan, take, all };
}

const WANG: RowFields = {
  楼栋: 1,
  单元: 2,
  房号: '501',
  户主: '王桂兰',
  与户主关系: '户主',
  姓名: '王桂兰',
  公民身份号码: '999999194802290027',
  重点人群: '独居老人、志愿者',
  备注: '听力不好',
};
const SON: RowFields = { 与户主关系: '子', 姓名: '王小明', 出生日期: '1975.3.1', 公民身份号码: '无' };
const CHEN: RowFields = {
  楼栋: 1,
  单元: 2,
  房号: '602',
  户主: '陈建国',
  与户主关系: '户主',
  姓名: '陈建国',
  公民身份号码: '999999196001010012',
};
const EMPTY: RowFields = { 楼栋: 2, 单元: 1, 房号: '负一层', 户主: '空户' };
const ROSTER = underUsualHeading(WANG, SON, CHEN, EMPTY);

describe('planRoster', () => {
  it('writes buildings to the directory and the rest to the grid, all of it readable by the schemas', () => {
    const { take } = aServer();
    const { directory, grid, created } = take(ROSTER);
    expect(directory.map((body) => [body.type, body.number, body.units])).toEqual([
      ['building', '1', [{ number: '2', floors: 6 }]],
      ['building', '2', [{ number: '1', floors: 1 }]],
    ]);
    const counts = grid.reduce<Record<string, number>>(
      (sum, body) => ({ ...sum, [String(body.type)]: (sum[String(body.type)] ?? 0) + 1 }),
      {},
    );
    expect(counts).toEqual({ room: 3, resident: 3, household: 2, membership: 3, tag: 2 });
    expect(created).toEqual({ building: 2, room: 3, resident: 3, household: 2, membership: 3, tag: 2 });
    for (const body of [...directory, ...grid]) {
      expect(parseDocument(body.type as DocumentType, body), String(body.type)).toMatchObject({
        outcome: 'read',
      });
      expect(body._id).toMatch(/^[a-z]+:[0-9A-HJKMNP-TV-Z]{26}$/);
    }
  });

  it('ties room, household, head, members and tags together', () => {
    const { take, all } = aServer();
    take(ROSTER);
    const room = all('room').find((body) => body.roomNumber === '501')!;
    const household = all('household').find((body) => body.room === room._id)!;
    const [head, son] = all('resident');
    expect(room).toMatchObject({
      buildingNumber: '1',
      unitNumber: '2',
      floor: 5,
      state: 'owner',
      building: all('building')[0]?._id,
    });
    expect(household).toMatchObject({
      head: head?._id,
      kind: 'family',
      notes: ['听力不好'],
      at: { room: 1, head: 1 },
    });
    expect(household).not.toHaveProperty('lastContactOn');
    expect(household).not.toHaveProperty('rosterVerifiedOn');
    expect(head).toMatchObject({
      name: '王桂兰',
      pinyin: 'pinyin of 王桂兰',
      idNumber: '999999194802290027',
      idType: '111',
      sex: '2',
      birth: '1948-02-29',
    });
    expect(
      all('membership')
        .filter((body) => body.household === household._id)
        .map((body) => [body.resident, body.relation]),
    ).toEqual([
      [head?._id, '02'],
      [son?._id, '20'],
    ]);
    expect(all('tag').map((body) => [body.code, body.resident])).toEqual([
      ['aloneElder', head?._id],
      ['volunteer', head?._id],
    ]);
    expect(all('room').find((body) => body.roomNumber === '负一层')).toMatchObject({
      state: 'vacant',
      floor: -1,
    });
  });

  it('finds a building of the directory by its number, though the sheet leaves its compound out', () => {
    const { take, store, all } = aServer();
    const author = {
      schema: 1,
      createdAt: '2026-01-05T02:00:00.000Z',
      createdBy: 'admin',
      updatedAt: '2026-01-05T02:00:00.000Z',
      updatedBy: 'admin',
      device: 'provision',
    };
    const units = [{ number: '2', floors: 18 }];
    store({
      _id: 'building:one',
      type: 'building',
      ...author,
      grid: GRID,
      compound: '幸福小区',
      number: '1',
      units,
    });
    store({
      _id: 'building:other',
      type: 'building',
      ...author,
      grid: '999999001001009',
      number: '2',
      units,
    });
    expect(take(ROSTER).directory.map((body) => body.number)).toEqual(['2']);
    expect(all('room').filter((body) => body.building === 'building:one')).toHaveLength(2);
    expect(take(ROSTER)).toMatchObject({ directory: [], grid: [], kept: [] });
  });

  it('has no name, number or phone in an id', () => {
    const { take, bodies } = aServer();
    take(ROSTER);
    for (const id of bodies.keys()) expect(id).not.toMatch(/王|陈|99999|\d{11}/);
  });

  it('puts chance into each, which a newer sheet leaves: from a sheet alone nobody finds a revision', () => {
    const { take, all, bodies } = aServer();
    const { directory, grid } = take(ROSTER);
    const salts = [...directory, ...grid].map(({ salt }) => salt);
    for (const salt of salts) expect(salt).toMatch(/^[0-9A-HJKMNP-TV-Z]{20}$/);
    expect(new Set(salts).size).toBe(bodies.size);
    const before = all('resident')[0]?.salt;
    take(underUsualHeading({ ...WANG, 联系电话: '13800002046' }, SON, CHEN, EMPTY));
    expect(all('resident')[0]).toMatchObject({ _rev: '2-x', salt: before });
  });

  it('leaves documents of a time without salts as they are', () => {
    const { take, bodies } = aServer();
    take(ROSTER);
    for (const body of bodies.values()) Reflect.deleteProperty(body, 'salt');
    expect(take(ROSTER)).toMatchObject({ directory: [], grid: [], created: {}, changed: {} });
  });

  it('writes nothing the second time', () => {
    const { take } = aServer();
    take(ROSTER);
    expect(take(ROSTER)).toMatchObject({
      directory: [],
      grid: [],
      created: {},
      changed: {},
      kept: [],
      notInRoster: [],
    });
  });

  it('writes only what a newer sheet says otherwise, and no blank over a fact', () => {
    const { take, all } = aServer();
    take(ROSTER);
    const newer = take(
      underUsualHeading(
        { ...WANG, 联系电话: '13800002046', 备注: null },
        { ...SON, 公民身份号码: '11010519750301001' + checkCharacterOf('11010519750301001') },
        CHEN,
        EMPTY,
        { ...EMPTY, 房号: '101', 楼栋: 1 },
      ),
    );
    expect(newer.grid.map((body) => body.type)).toEqual(['room', 'resident', 'resident']);
    expect(newer).toMatchObject({ created: { room: 1 }, changed: { building: 1, resident: 2 } });
    expect(newer.directory.map((body) => body.units)).toEqual([
      [
        { number: '1', floors: 1 },
        { number: '2', floors: 6 },
      ],
    ]);
    expect(all('resident')[0]).toMatchObject({
      phones: ['13800002046'],
      _rev: '2-x',
      at: { phones: 2, name: 1 },
    });
    expect(all('household')[0]).toMatchObject({ notes: ['听力不好'], _rev: '1-x' });
  });

  it('leaves alone what a worker changed since, tells it, and still changes nothing on a second run', () => {
    const { take, store, all } = aServer();
    take(ROSTER);
    const seen = all('resident')[0]!;
    store({ ...seen, phones: ['13900002046'], device: 'tablet-a', updatedBy: 'limin' });
    store({ ...all('household')[1]!, lastContactOn: '2026-11-20', device: 'tablet-a' });
    const again = take(underUsualHeading({ ...WANG, 联系电话: '13800002046' }, SON, CHEN, EMPTY));
    expect(again).toMatchObject({
      grid: [],
      directory: [],
      kept: [{ type: 'resident', fields: ['phones'], place: { row: 2 } }],
    });
  });

  it('does not put back a tag somebody took off', () => {
    const { take, store, all } = aServer();
    take(ROSTER);
    store({ ...all('tag')[0]!, until: '2026-10-01', device: 'tablet-a' });
    expect(take(ROSTER).grid).toEqual([]);
  });

  it('brings nobody back who moved out or whose household was closed on a tablet, and says so', () => {
    const { take, store, all } = aServer();
    take(ROSTER);
    const [wang, chen] = all('household');
    const son = all('membership').find((body) => body.household === wang?._id && body.relation === '20')!;
    store({ ...son, to: '2026-10-20', reason: 'moved', device: 'tablet-a' });
    store({ ...chen!, closedOn: '2026-10-21', closedReason: 'moved', device: 'tablet-a' });
    for (const membership of all('membership').filter((body) => body.household === chen?._id)) {
      store({ ...membership, to: '2026-10-21', device: 'tablet-a' });
    }
    const again = take(ROSTER);
    expect(again).toMatchObject({ grid: [], directory: [], notInRoster: [] });
    expect(again.kept).toEqual([
      { place: { sheet: '第一网格', row: 3 }, type: 'membership', fields: ['to'] },
      { place: { sheet: '第一网格', row: 4 }, type: 'household', fields: ['closedOn'] },
    ]);
  });

  it('finishes an import that broke off, without writing anybody twice', () => {
    const { plan, take, store, all } = aServer();
    const { directory, grid } = plan(ROSTER);
    for (const body of [...directory, ...grid.slice(0, 7)]) store(body);
    expect(all('household')).toHaveLength(1);
    take(ROSTER);
    expect(
      [all('room'), all('resident'), all('household'), all('membership')].map((list) => list.length),
    ).toEqual([3, 3, 2, 3]);
    expect(take(ROSTER).grid).toEqual([]);
  });

  it('lets a household without a door wait in a room of its own, and moves it when the door is known', () => {
    const { take, all } = aServer();
    const rows: RowFields[] = [{}, { ...SON, 与户主关系: '户主' }, CHEN];
    const waiting = aWorkbook(
      [USUAL_HEADING, ...rows.map(aRow)],
      [1, 2, 3].map((column) => mergedDown(column, 2, 3)),
    );
    take(waiting);
    const placeholder = all('room').find((body) => body.buildingNumber === '待落格')!;
    expect(placeholder).toMatchObject({ unitNumber: '', roomNumber: '1' });
    expect(all('household').filter((body) => body.room === placeholder._id)).toHaveLength(1);
    expect(take(waiting).grid).toEqual([]);
    const placed = take(
      underUsualHeading({ ...SON, 与户主关系: '户主', 楼栋: 1, 单元: 2, 房号: '601' }, CHEN),
    );
    expect(placed.grid.map((body) => body.type)).toEqual(['room', 'household']);
    expect(all('household')).toHaveLength(2);
  });

  it('does not move a household back that somebody gave its door on a tablet', () => {
    const { take, store, all } = aServer();
    const waiting = aWorkbook(
      [USUAL_HEADING, ...[{}, { ...SON, 与户主关系: '户主' }, CHEN].map(aRow)],
      [1, 2, 3].map((column) => mergedDown(column, 2, 3)),
    );
    take(waiting);
    const room = all('room').find((body) => body.roomNumber === '602')!;
    const household = all('household').find((body) => body.room !== room._id)!;
    store({ ...household, room: room._id, device: 'tablet-a' });
    expect(take(waiting)).toMatchObject({ grid: [], kept: [] });
  });

  it('makes one resident with two memberships of somebody in two households', () => {
    const { take, all } = aServer();
    const twice = underUsualHeading(
      WANG,
      { ...CHEN },
      { ...WANG, 户主: '陈建国', 与户主关系: '非亲属', 楼栋: null, 单元: null, 房号: null },
    );
    take(twice);
    expect(all('resident')).toHaveLength(2);
    expect(all('membership').filter((body) => body.resident === all('resident')[0]?._id)).toHaveLength(2);
    expect(take(twice).grid).toEqual([]);
  });

  it('gives new people behind a door a household of their own and names the one it does not have', () => {
    const { take, all } = aServer();
    take(ROSTER);
    const changed = take(
      underUsualHeading(
        {
          ...WANG,
          户主: '李梅',
          姓名: '李梅',
          公民身份号码: '999999201506300035',
          重点人群: null,
          备注: null,
        },
        CHEN,
        EMPTY,
      ),
    );
    expect(changed.grid.map((body) => body.type)).toEqual(['resident', 'household', 'membership']);
    expect(changed.notInRoster).toEqual([
      { household: all('household')[0]?._id, room: all('household')[0]?.room },
    ]);
  });

  it('plans nothing on a grid with documents of a newer build', () => {
    const { take, store, all } = aServer();
    take(ROSTER);
    store({ ...all('tag')[0]!, schema: 99 });
    expect(() => take(ROSTER)).toThrow('1 unreadable');
  });

  it('tells households of other origin before it adds to them, and asks nothing of the same roster again', () => {
    const { take, plan, store, all } = aServer();
    expect(take(ROSTER).merging).toBeUndefined();
    expect(plan(underUsualHeading(WANG, SON, { ...CHEN, 房号: '603' })).merging).toBeUndefined();
    for (const body of [...all('household'), ...all('membership')]) store({ ...body, device: 'demo' });
    const other = { ...CHEN, 姓名: '周大明', 户主: '周大明', 公民身份号码: '无' };
    const merging = plan(underUsualHeading(WANG, SON, other)).merging;
    expect(merging).toEqual({ others: 2, matched: 1, added: 1, sameDoor: 1 });
  });
});
