import { describe, expect, it } from 'vitest';
import { buildingNumberOf, floorOfRoom, readDoor, roomNumberOf, unitNumberOf } from './door.ts';

const door = (buildingNumber: string, unitNumber: string, roomNumber: string, compound = '') => ({
  compound,
  buildingNumber,
  unitNumber,
  roomNumber,
});

describe('readDoor', () => {
  it.each([
    ['3-2-501', door('3', '2', '501')],
    ['３－２－５０１', door('3', '2', '501')],
    ['3栋2单元501', door('3', '2', '501')],
    ['3 栋 2 单元 501 室', door('3', '2', '501')],
    ['叁号楼二单元五〇一室', door('3', '2', '501')],
    ['十二号楼1单元101a', door('12', '1', '101A')],
    ['3#2-501', door('3', '2', '501')],
    ['3#-2-501', door('3', '2', '501')],
    ['3-501', door('3', '', '501')],
    ['3号楼501', door('3', '', '501')],
    ['A座1203', door('A', '', '1203')],
    ['甲2号楼3单元101', door('甲2', '3', '101')],
    ['3栋东单元101', door('3', '东', '101')],
    ['3栋商铺', door('3', '', '商铺')],
    ['3栋商铺2', door('3', '', '商铺2')],
    ['3号楼负一层', door('3', '', '负一层')],
    ['幸福小区3号楼2单元501室', door('3', '2', '501', '幸福小区')],
  ])('reads %s', (address, expected) => {
    expect(readDoor({ address })).toEqual(expected);
    expect(readDoor({ room: address })).toEqual(expected);
  });

  it('puts together what is spread over three cells', () => {
    expect(readDoor({ building: '1', unit: '2', room: '102A' })).toEqual(door('1', '2', '102A'));
    expect(readDoor({ building: '叁号楼', unit: '二单元', room: '501室' })).toEqual(door('3', '2', '501'));
    expect(readDoor({ building: '3栋', room: '2-501' })).toEqual(door('3', '2', '501'));
    expect(readDoor({ building: '3栋', room: '3-501' })).toEqual(door('3', '3', '501'));
    expect(readDoor({ building: '3栋', room: '3栋商铺' })).toEqual(door('3', '', '商铺'));
    expect(readDoor({ building: '3栋', room: '2单元501' })).toEqual(door('3', '2', '501'));
    expect(readDoor({ building: '3', unit: '2', room: '3-2-501' })).toEqual(door('3', '2', '501'));
    expect(readDoor({ building: '5', unit: '1', room: '101-2' })).toEqual(door('5', '1', '101-2'));
  });

  it('says nothing where no room is written', () => {
    for (const cells of [
      {},
      { building: '3' },
      { building: '3', unit: '1', room: ' ' },
      { address: '叁号楼' },
      { address: '北京' },
    ]) {
      expect(readDoor(cells)).toBeUndefined();
    }
  });
});

describe('the parts of a door', () => {
  it('reads buildings, units and rooms alone', () => {
    expect(['叁号楼', '3栋', '第3幢', '03#', '3', '甲2号楼', '东楼', 'b座'].map(buildingNumberOf)).toEqual([
      '3',
      '3',
      '3',
      '3',
      '3',
      '甲2',
      '东楼',
      'B',
    ]);
    expect(['2', '二单元', '02单元', '东单元', '无', ''].map(unitNumberOf)).toEqual([
      '2',
      '2',
      '2',
      '东',
      '',
      '',
    ]);
    expect(['501室', '五〇一', '101a', '0501', '负一层', '商铺', '１０２Ａ'].map(roomNumberOf)).toEqual([
      '501',
      '501',
      '101A',
      '501',
      '负一层',
      '商铺',
      '102A',
    ]);
  });

  it('knows the floor of a room', () => {
    const floors = {
      '501': 5,
      '1203': 12,
      '101A': 1,
      '5': 1,
      负一层: -1,
      负二层201: -2,
      B101: -1,
      B2: -2,
      '-101': -1,
      地下室: -1,
      商铺: 1,
      '3层': 3,
      '101-2': 1,
    };
    for (const [room, floor] of Object.entries(floors)) expect(floorOfRoom(room), room).toBe(floor);
  });
});
