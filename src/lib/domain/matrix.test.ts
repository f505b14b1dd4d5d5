import { describe, expect, it } from 'vitest';
import { aDocument, aModel, TODAY } from '#tests/fixtures/one-building.ts';
import { buildingsView, matrixView } from './matrix.ts';

describe('the matrix of a unit', () => {
  it('has the highest floor first and rooms from left to right', () => {
    const view = matrixView(aModel(), { building: 'building:3', unit: '2' }, TODAY);
    expect(view?.floors.map((row) => [row.floor, row.cells.map((cell) => cell.roomNumber)])).toEqual([
      [5, ['501', '502']],
      [4, ['401', '402']],
    ]);
  });

  it('lights late, due, vacant and rented rooms', () => {
    const cells =
      matrixView(aModel(), { building: 'building:3', unit: '2' }, TODAY)?.floors.flatMap(
        (row) => row.cells,
      ) ?? [];
    expect(cells.map(({ roomNumber, light, state }) => [roomNumber, light, state])).toEqual([
      ['501', 'late', 'owner'],
      ['502', 'none', 'rented'],
      ['401', 'due', 'owner'],
      ['402', 'none', 'vacant'],
    ]);
  });

  it('knows which form a door’s next visit asks for, and whom it is about', () => {
    const rows = matrixView(aModel(), { building: 'building:3', unit: '2' }, TODAY)?.floors ?? [];
    const visits = rows
      .flatMap((row) => row.cells)
      .flatMap((cell) => cell.households.map(({ visit }) => visit));
    expect(visits).toContainEqual({ form: 'f2', resident: 'resident:501a' });
    expect(visits).toContainEqual({ form: 'f1' });
  });

  it('shows the light of the household that is most pressing where two share a room', () => {
    const second = aDocument('household:501b', { room: 'room:501', kind: 'residing', lastContactOn: TODAY });
    const cell = matrixView(aModel(second), { building: 'building:3', unit: '2' }, TODAY)?.floors[0]
      ?.cells[0];
    expect(cell?.households).toHaveLength(2);
    expect(cell?.light).toBe('late');
  });

  it('is null for a building this tablet does not hold', () => {
    expect(matrixView(aModel(), { building: 'building:9', unit: '1' }, TODAY)).toBeNull();
  });

  it('counts rooms as rooms and households as households, also where two share a room', () => {
    const second = aDocument('household:501b', {
      ...{ room: 'room:501', kind: 'residing', lastContactOn: '2026-05-24' },
    });
    const view = matrixView(aModel(second), { building: 'building:3', unit: '2' }, TODAY);
    expect(view?.counts).toEqual({ rooms: 4, vacant: 1, households: 4, late: 1, due: 2 });
    expect(buildingsView(aModel(second), TODAY)[0]?.units).toEqual([
      { number: '2', vacant: 1, households: 4, late: 1, due: 2 },
    ]);
  });

  it('is summed up in the list of buildings', () => {
    expect(buildingsView(aModel(), TODAY)).toEqual([
      {
        building: 'building:3',
        grid: '999999001001001',
        gridName: '第二网格',
        number: '3',
        units: [{ number: '2', households: 3, vacant: 1, late: 1, due: 1 }],
      },
    ]);
  });
});
