// Doors as people write them: 3-2-501, 3栋2单元501, 叁号楼, 101A, 负一层, 商铺 (domain.md 2.3). Invariant: the same door
// written in two ways reads alike; a part that is not written stays empty, it is never made up.
import { withDigits } from './written-number.ts';

export interface Door {
  /** What stands before the building in an address, the compound's name as a rule; empty where nothing does. */
  compound: string;
  /** `3`, `甲2`, `A`. */
  buildingNumber: string;
  /** `2`, `东`; empty where the building has no units. */
  unitNumber: string;
  /** `501`, `101A`, `负一层`, `商铺2`. */
  roomNumber: string;
}

/** The cells a door may be spread over, as text. */
export interface DoorCells {
  building?: string;
  unit?: string;
  /** A room's number; it may also hold the whole door, or unit and room. */
  room?: string;
  /** A whole address. */
  address?: string;
}

const BUILDING =
  /[甲乙丙丁东西南北]?(?:\d+|[〇零一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]+)[A-Z]?|[A-Z]\d{0,3}/.source;
const UNIT = /\d{1,2}|[一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]{1,3}|[A-Z]|[东西南北中]/.source;
const IS_BUILDING = /(?:号楼|#楼|栋|幢|座|楼|#)-?/.source;
const IS_UNIT = /(?:(?:单元|门|#)-?|-)/.source;
const ADDRESS = new RegExp(`^(.*?)(${BUILDING})${IS_BUILDING}(.*)$`);
const DASHED = new RegExp(`^(${BUILDING})-([^-].*)$`);
const UNIT_AND_ROOM = new RegExp(`^(${UNIT})${IS_UNIT}(.+)$`);
const LEADING_ZEROS = /^0+(?=\d)/;

/** Reads what there is; undefined where no room is written. */
export function readDoor(cells: DoorCells): Door | undefined {
  const building = buildingNumberOf(cells.building ?? '');
  const unit = unitNumberOf(cells.unit ?? '');
  const room = tidy(cells.room ?? '');
  const whole = wholeDoor(room === '' ? tidy(cells.address ?? '') : room);
  const repeatsBuilding =
    whole?.buildingNumber === building && (whole.unitNumber !== '' || ADDRESS.test(room));
  if (whole && (building === '' || repeatsBuilding)) {
    return { ...whole, unitNumber: whole.unitNumber || unit };
  }
  if (room === '') return undefined;
  const inner = unit === '' ? unitAndRoom(room) : { unitNumber: unit, roomNumber: roomNumberOf(room) };
  return { compound: '', buildingNumber: building, ...inner };
}

function wholeDoor(text: string): Door | undefined {
  const [, compound = '', building, rest = ''] = ADDRESS.exec(text) ?? dashedParts(text);
  if (building === undefined || rest === '') return undefined;
  return {
    compound: compound.replace(/第$/, '').replace(/[-,]+$/, ''),
    buildingNumber: buildingNumberOf(building),
    ...unitAndRoom(rest),
  };
}

function dashedParts(text: string): (string | undefined)[] {
  const [, building, rest] = DASHED.exec(text) ?? [];
  return [text, '', building, rest];
}

function unitAndRoom(text: string): { unitNumber: string; roomNumber: string } {
  const [, unit = '', room = text] = UNIT_AND_ROOM.exec(text.replace(/^第/, '')) ?? [];
  return { unitNumber: unitNumberOf(unit), roomNumber: roomNumberOf(room) };
}

function tidy(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\s/g, '')
    .replace(/[—–_－/\\]/g, '-')
    .toUpperCase();
}

/** `叁号楼`, `3栋`, `03#` are `3`; `甲2号楼` is `甲2`; a name stays a name. */
export function buildingNumberOf(text: string): string {
  const plain = tidy(text).replace(/^第/, '');
  const number = plain.replace(/(?:号楼|#楼|号院|栋|幢|座|楼|号|#)$/, '');
  return /[\dA-Z〇零一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]/.test(number) ? inDigits(number) : plain;
}

/** `二单元` is `2`, `东单元` is `东`. */
export function unitNumberOf(text: string): string {
  return inDigits(
    tidy(text)
      .replace(/^第/, '')
      .replace(/(?:单元|门|#)$/, '')
      .replace(/^[无-]$/, ''),
  );
}

/** `五〇一室` is `501`, `101a` is `101A`; a basement or a shop keeps its name. */
export function roomNumberOf(text: string): string {
  const plain = tidy(text).replace(/(?<=[\dA-Z])(?:室|号|房|户)$/, '');
  const written = /^[〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖]{3,4}(?:室|号|房|户)?$/.test(plain);
  return (written ? withDigits(plain).replace(/\D+$/, '') : plain).replace(LEADING_ZEROS, '');
}

const inDigits = (text: string) => withDigits(text).replace(LEADING_ZEROS, '');

/** The floor of a room: 501 is on 5, 1203 on 12, 负一层 and B101 on -1; a shop, a house's room, a name on 1. */
export function floorOfRoom(roomNumber: string): number {
  const [, below, digits = ''] = /^(负|-|B(?=\d)|地下)?(.*)$/.exec(withDigits(tidy(roomNumber))) ?? [];
  const [run = ''] = /^\d+/.exec(digits) ?? [];
  const number = Number(run);
  const isFloor = /^\d+(?:层|楼)/.test(digits) || (below !== undefined && run.length < 3);
  const floor = isFloor ? number : run.length >= 3 && run.length <= 4 ? Math.floor(number / 100) : 1;
  return below === undefined ? Math.max(1, floor) : -Math.max(1, floor);
}
