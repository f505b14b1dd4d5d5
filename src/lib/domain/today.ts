// 今日: who is due, in the order a worker wants it. Re-checks first, whatever their day; then late, then due today.
import { byBuilding, byNumber } from './building-order.ts';
import { dueHousehold, dueRow, wasContacted } from './due.ts';
import type { FieldModel } from './field-model.ts';
import type { DueRow, TodayView } from './field-views.ts';
import { withPlaces } from './telling-places.ts';
import type { IsoDate } from './time.ts';

/** By building and door, so that stairs are climbed once. */
const byDoorIn = (model: FieldModel) => (a: DueRow, b: DueRow) => {
  const [first, second] = [model.buildings.get(a.building), model.buildings.get(b.building)];
  return (first && second && byBuilding(first, second)) || byNumber(a.door, b.door);
};

const urgency = (row: DueRow) => (row.reason.kind === 'recheck' ? 0 : row.light === 'late' ? 1 : 2);

/** Everything 今日 shows. `today` is a Beijing date. */
export function todayView(model: FieldModel, today: IsoDate): TodayView {
  const rows: DueRow[] = [];
  const done: DueRow[] = [];
  const byDoor = byDoorIn(model);
  let householdCount = 0;
  for (const household of model.households.values()) {
    const found = dueHousehold(model, household, today);
    if (!found) continue;
    householdCount++;
    const { light, due } = found;
    if (light === 'late' || light === 'due' || due.reason.kind === 'recheck')
      rows.push(dueRow(model, found, today));
    else if (wasContacted(household, today)) done.push({ ...dueRow(model, found, today), light: 'done' });
  }
  return {
    today,
    grids: [...model.grids.values()]
      .map(({ code, name }) => ({ code, name }))
      .sort((a, b) => a.code.localeCompare(b.code)),
    counts: {
      late: rows.filter((row) => row.light === 'late').length,
      due: rows.filter((row) => row.light === 'due').length,
      done: done.length,
    },
    rows: withPlaces(model, rows).sort((a, b) => urgency(a) - urgency(b) || byDoor(a, b)),
    done: withPlaces(model, done).sort(byDoor),
    householdCount,
  };
}
