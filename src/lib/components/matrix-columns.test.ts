import { describe, expect, it } from 'vitest';
import { placeRooms } from './matrix-columns.ts';

const floor = (number: number, ...rooms: string[]) => ({
  floor: number,
  cells: rooms.map((roomNumber) => ({ roomNumber })),
});
const drawn = (...floors: ReturnType<typeof floor>[]) =>
  placeRooms(floors).floors.map(({ places }) =>
    places.map((cells) => cells.map(({ roomNumber }) => roomNumber).join('/') || '·').join(' '),
  );

describe('the plan of a building', () => {
  it('sets a stack of rooms in one column, with a gap where a floor lacks one', () => {
    expect(drawn(floor(6, '601', '602', '604'), floor(5, '501', '503', '504'))).toEqual([
      '601 602 · 604',
      '501 · 503 504',
    ]);
  });

  it('reads floors above nine and below ground', () => {
    expect(drawn(floor(12, '1201', '1202'), floor(9, '901'), floor(-1, 'B102'))).toEqual([
      '1201 1202',
      '901 ·',
      '· B102',
    ]);
  });

  it('knows room numbers padded with zeros', () => {
    expect(drawn(floor(6, '0601'), floor(5, '0501', '0502'))).toEqual(['0601 ·', '0501 0502']);
  });

  it('sets a flat cut off from another into the column of that one, and makes none for it', () => {
    expect(
      drawn(
        floor(5, '501', '502', '503', '503A'),
        floor(2, '201', '202', '203'),
        floor(1, '101', '102', '102A', '103'),
      ),
    ).toEqual(['501 502 503/503A', '201 202 203', '101 102/102A 103']);
  });

  it('knows the flat that was cut off where the whole one is gone', () => {
    expect(drawn(floor(3, '301', '302'), floor(2, '201', '202'), floor(1, '101', '102A', '102B'))).toEqual([
      '301 302',
      '201 202',
      '101 102A/102B',
    ]);
  });

  it('gives flats with a letter a column beside the other where most floors have them', () => {
    expect(drawn(floor(2, '201', '201A', '202'), floor(1, '101', '101A', '102'))).toEqual([
      '201 201A 202',
      '101 101A 102',
    ]);
  });

  it('leaves floors as they are where a number does not follow its floor', () => {
    expect(drawn(floor(2, '东', '201'), floor(1, '101'))).toEqual(['东 201', '101']);
  });

  it('does not spread a few rooms with wild numbers over an empty plain', () => {
    expect(placeRooms([floor(2, '2001', '2090'), floor(1, '1017'), floor(3, '3044', '3055')]).columns).toBe(
      2,
    );
  });

  it('places every room once, also when two have the same number', () => {
    expect(drawn(floor(2, '201', '202'), floor(1, '101', '101', '102'))).toEqual(['201 202', '101/101 102']);
  });
});
