// Which grid each sheet of a roster belongs to: said by --grid, or asked on a terminal. Never guessed from a sheet's name.
import type { RosterReading } from '#lib/domain/roster/read-roster.ts';
import type { GridRecords } from '#lib/domain/roster/roster-documents.ts';
import { gridWords } from './roster-words.ts';

export interface KnownGrid {
  code: string;
  name: string;
}

export interface GridQuestion {
  community: string;
  given: ReadonlyMap<string, string | undefined>;
  known: readonly KnownGrid[];
  /** Asks a person, who answers with a line; undefined where nobody is there. */
  ask: ((question: string) => Promise<string | undefined>) | undefined;
  say(line: string): void;
}

export type GridMapping =
  { outcome: 'mapped'; grids: Map<string, string> } | { outcome: 'wrong'; sentences: string[] };

/** Sheets with households or vacant rooms. */
export function sheetsWithRecords(reading: RosterReading): string[] {
  return reading.sheets
    .filter((sheet) => sheet.households + sheet.vacantRooms > 0)
    .map((sheet) => sheet.name);
}

/** The grid of every sheet with records; sheets that are left out are not in it. */
export async function mapGrids(sheets: readonly string[], question: GridQuestion): Promise<GridMapping> {
  const { given, known, community } = question;
  const stranger = [...given].find(([name, grid]) => grid !== undefined && !sheets.includes(name))?.[0];
  if (stranger !== undefined) return wrong(gridWords.unknownSheet(stranger, sheets.join('、')));
  const elsewhere = [...given.values()].find(
    (grid) => grid !== undefined && !known.some(({ code }) => code === grid),
  );
  const list = gridWords.known(
    community,
    known.map(({ code, name }, at) => `  ${at + 1}. ${code} ${name}`),
  );
  if (elsewhere !== undefined) return wrong(gridWords.notThere(elsewhere, community), list);
  const open = sheets.filter((name) => !given.has(name));
  const answered = new Map(given);
  if (open.length > 0) {
    const [first = ''] = open;
    if (!question.ask || known.length === 0) {
      return wrong(
        gridWords.needed(open.join('、')),
        list,
        gridWords.how(first, known[0]?.code ?? `${community}001`),
      );
    }
    question.say(list);
    for (const name of open) {
      const answer = await askFor(name, { ...question, ask: question.ask });
      if (answer.outcome === 'left') return wrong(gridWords.needed(open.join('、')));
      answered.set(name, answer.grid);
    }
  }
  const grids = [...answered].flatMap(([name, grid]) => (grid === undefined ? [] : [[name, grid] as const]));
  return { outcome: 'mapped', grids: new Map(grids) };
}

const wrong = (...sentences: string[]): GridMapping => ({ outcome: 'wrong', sentences });

type Asking = GridQuestion & { ask: NonNullable<GridQuestion['ask']> };

type GridAnswer = { outcome: 'chosen'; grid: string | undefined } | { outcome: 'left' };

async function askFor(sheet: string, { ask, known, say }: Asking): Promise<GridAnswer> {
  for (;;) {
    const answer = (await ask(gridWords.ask(sheet)))?.trim();
    if (answer === undefined) return { outcome: 'left' };
    if (answer === '-') return { outcome: 'chosen', grid: undefined };
    const grid = known[Number(answer) - 1] ?? known.find(({ code }) => code === answer);
    if (grid) return { outcome: 'chosen', grid: grid.code };
    say(gridWords.askAgain);
  }
}

/** The records of each grid; two sheets may belong to one. */
export function recordsByGrid(reading: RosterReading, grids: ReadonlyMap<string, string>): GridRecords[] {
  return [...new Set(grids.values())].map((grid) => ({
    grid,
    households: reading.households.filter(({ place }) => grids.get(place.sheet) === grid),
    vacantRooms: reading.vacantRooms.filter(({ place }) => grids.get(place.sheet) === grid),
  }));
}
