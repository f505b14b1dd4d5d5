// `npm run roster`, as a function of its arguments and of the world it is told: reads, says what it understood, asks for
// the grids, writes what differs. Exit codes: 0 done; 1 the server did not take all of it; 2 nothing was begun.
import { randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readRoster, type RosterReading } from '#lib/domain/roster/read-roster.ts';
import type { CareCount } from '#lib/domain/roster/roster-care.ts';
import { planRoster, type GridRecords, type RosterPlan } from '#lib/domain/roster/roster-documents.ts';
import type { RosterWorkbook } from '#lib/domain/roster/roster-sheet.ts';
import { countBoth, type RosterCount } from '#lib/domain/roster/roster-writes.ts';
import { careScope, DIRECTORY, gridScope } from '#lib/domain/scopes.ts';
import { beijingDate } from '#lib/domain/time.ts';
import { badRowsWorkbook } from './bad-rows.ts';
import { couchClient } from './couch-client.ts';
import { pinyinOf } from '#lib/device/pinyin-of.ts';
import { readArguments, type RosterArguments } from './roster-arguments.ts';
import { readWorkbookApart } from './read-workbook-apart.ts';
import { mapGrids, recordsByGrid, sheetsWithRecords, type KnownGrid } from './roster-grids.ts';
import { careWords } from './roster-care-words.ts';
import { reportLines, rosterReport, type RosterReport } from './roster-report.ts';
import {
  readCare,
  readDirectory,
  readScope,
  RosterServerError,
  type Body,
  type RefusedDocument,
} from './roster-server.ts';
import { writePlans, type GridPlan, type Written } from './roster-write.ts';
import { LIMITS } from './roster-workbook.ts';
import type { Terminal } from './terminal.ts';
import {
  badRowWords,
  fieldName,
  fileWords,
  mergeWords,
  serverWords,
  sheetWords,
  typeWords,
  USAGE,
} from './roster-words.ts';

export type ExitCode = 0 | 1 | 2;

export async function runRoster(args: readonly string[], world: Terminal): Promise<ExitCode> {
  const read = readArguments(args, world.environment);
  if (read.outcome === 'help') return ended(world.say, 0, [USAGE]);
  if (read.outcome === 'wrong') return ended(world.warn, 2, [read.sentence, '', USAGE]);
  const asked = read.arguments;
  const bytes = await readBytes(asked.file);
  if (typeof bytes === 'string') return ended(world.warn, 2, [bytes]);
  const workbook = await readWorkbookApart(bytes);
  if (workbook.outcome === 'refused') return ended(world.warn, 2, [fileWords.fault(workbook.reason)]);
  const reading = readRoster(workbook.workbook, { today: beijingDate(world.now().toISOString()) });
  if (reading.sheets.every((sheet) => sheet.tables.length === 0))
    return ended(world.warn, 2, [fileWords.noTables]);
  const report = rosterReport(reading);
  const kept = await keepBadRows(asked, workbook.workbook, report);
  if (kept.outcome === 'not') return ended(world.warn, 2, [kept.sentence]);
  if (!asked.json) for (const line of reportLines(path.basename(asked.file), report)) world.say(line);
  if (kept.sentence !== undefined) world.warn(kept.sentence);
  if (asked.dryRun) {
    world.say(asked.json ? JSON.stringify(report, null, 2) : `\n${sheetWords.dryRun}`);
    return 0;
  }
  try {
    const done = await importRoster(reading, asked, world);
    if (asked.json && done.result) world.say(JSON.stringify({ ...report, written: done.result }, null, 2));
    return done.exitCode;
  } catch (fault) {
    if (!(fault instanceof RosterServerError)) throw fault;
    return ended(world.warn, 1, [sentenceFor(fault, asked)]);
  }
}

type Kept = { outcome: 'kept'; sentence: string | undefined } | { outcome: 'not'; sentence: string };

/** Before anything is written to a server: who asked for them has them, or knows why not. */
async function keepBadRows(
  { badRows: file }: RosterArguments,
  workbook: RosterWorkbook,
  report: RosterReport,
): Promise<Kept> {
  if (file === undefined) return { outcome: 'kept', sentence: undefined };
  const bytes = await badRowsWorkbook(workbook, report);
  if (!bytes) return { outcome: 'kept', sentence: badRowWords.none };
  try {
    await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
  } catch (fault) {
    const { code = '' } = fault as NodeJS.ErrnoException;
    const sentence = code === 'EEXIST' ? badRowWords.exists(file) : badRowWords.failed(file, code);
    return { outcome: 'not', sentence };
  }
  const rows = new Set([...report.refused, ...report.doubtful].map(({ sheet, row }) => `${sheet}|${row}`));
  return { outcome: 'kept', sentence: badRowWords.written(file, rows.size) };
}

function ended(tell: (line: string) => void, exitCode: ExitCode, lines: readonly string[]): ExitCode {
  for (const line of lines) tell(line);
  return exitCode;
}

/** The file's bytes, or a sentence why there are none. Its size is asked before it is read. */
async function readBytes(file: string): Promise<Uint8Array<ArrayBuffer> | string> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) return fileWords.notAFile(file);
    if (facts.size > LIMITS.packedBytes) return fileWords.fault('tooBig');
    return new Uint8Array(await readFile(file));
  } catch (fault) {
    const { code = '' } = fault as NodeJS.ErrnoException;
    return code === 'ENOENT' ? fileWords.missing(file) : fileWords.unreadable(file, code);
  }
}

interface ImportResult {
  /** What was to be written, by type; the refused among them were not. */
  created: RosterCount;
  changed: RosterCount;
  unchanged: RosterCount;
  kept: number;
  notInRoster: number;
  /** Restricted tags, in numbers alone; `waiting`: not written, because not all of their grid was taken. */
  care: CareCount & { waiting: number };
  refused: RefusedDocument[];
}

interface ImportDone {
  exitCode: ExitCode;
  result?: ImportResult;
}

async function importRoster(
  reading: RosterReading,
  asked: RosterArguments,
  world: Terminal,
): Promise<ImportDone> {
  const stop = (...sentences: string[]): ImportDone => ({ exitCode: ended(world.warn, 2, sentences) });
  const password = asked.password ?? (await world.ask?.(serverWords.askPassword(asked.user), true));
  if (password === undefined) return stop(serverWords.noPassword);
  const client = couchClient({ url: asked.url, user: asked.user, password });
  const directory = await readDirectory(client, asked.community);
  const mapping = await mapGrids(sheetsWithRecords(reading), {
    community: asked.community,
    given: asked.grids,
    known: directory.grids,
    ask: world.ask,
    say: world.warn,
  });
  if (mapping.outcome === 'wrong') return stop(...mapping.sentences);
  const plans: GridPlan[] = [];
  for (const records of recordsByGrid(reading, mapping.grids)) {
    const scope = gridScope(records.grid);
    const bodies = [...directory.bodies, ...(await readScope(client, scope))];
    const care = await readCare(client, careScope(records.grid));
    const planning = plan(records, { bodies, care }, { asked, world });
    if (planning.outcome === 'unreadable')
      return stop(serverWords.unreadable(records.grid, planning.documents));
    plans.push({ scope, care: careScope(records.grid), plan: planning });
  }
  const merging = await agreesToMerge(plans, directory.grids, { asked, world });
  if (!merging) return { exitCode: 2 };
  const written = await writePlans(client, plans, asked.json ? () => undefined : world.say);
  const { refused } = written;
  const result = resultOf(plans, written);
  if (!asked.json) for (const line of resultLines(plans, result)) world.say(line);
  return { exitCode: refused.length > 0 ? 1 : 0, result };
}

/** Households of other origin in a grid are told before anything is written, and merging them wants a yes. */
async function agreesToMerge(
  plans: readonly GridPlan[],
  grids: readonly KnownGrid[],
  { asked, world }: { asked: RosterArguments; world: Terminal },
): Promise<boolean> {
  const told = plans.flatMap(({ scope, plan: { merging, directory, grid } }) => {
    if (!merging || directory.length + grid.length === 0) return [];
    const known = grids.find(({ code }) => gridScope(code) === scope);
    return [mergeWords.grid(known ? `${known.name} ${known.code}` : scope, merging)];
  });
  if (told.length === 0) return true;
  for (const line of [mergeWords.found(asked.community), ...told]) world.warn(line);
  if (!asked.merge && world.ask && /^y(es)?$/i.test((await world.ask(mergeWords.ask))?.trim() ?? ''))
    return true;
  world.warn(asked.merge ? mergeWords.going : mergeWords.how);
  return asked.merge;
}

function plan(
  records: GridRecords,
  { bodies, care }: { bodies: readonly Body[]; care: readonly Body[] | undefined },
  { asked, world }: { asked: RosterArguments; world: Terminal },
) {
  return planRoster(records, bodies, {
    author: { person: asked.user, device: 'roster-import', now: world.now().toISOString() },
    ids: { nowMs: () => world.now().getTime(), randomBytes: (length) => new Uint8Array(randomBytes(length)) },
    pinyinOf,
    ...(care ? { care } : {}),
  });
}

function resultOf(plans: readonly GridPlan[], { refused, waiting }: Written): ImportResult {
  const sum = (count: (plan: RosterPlan) => number) =>
    plans.reduce((total, { plan }) => total + count(plan), 0);
  const all = (count: (plan: RosterPlan) => RosterCount) =>
    plans.map(({ plan }) => count(plan)).reduce(countBoth, {});
  const waitingTags = [...waiting].reduce((total, { plan }) => total + plan.care.length, 0);
  return {
    created: all((plan) => plan.created),
    changed: all((plan) => plan.changed),
    unchanged: all((plan) => plan.unchanged),
    kept: sum((plan) => plan.kept.length),
    notInRoster: sum((plan) => plan.notInRoster.length),
    care: {
      created: sum((plan) => plan.restricted.created) - waitingTags,
      unchanged: sum((plan) => plan.restricted.unchanged),
      withheld: sum((plan) => plan.restricted.withheld),
      waiting: waitingTags,
    },
    refused,
  };
}

function resultLines(plans: readonly GridPlan[], result: ImportResult): string[] {
  const kept = plans.flatMap(({ plan }) => plan.kept);
  const isNothing = Object.keys({ ...result.created, ...result.changed }).length + result.care.created === 0;
  return [
    '',
    ...(result.refused.length > 0
      ? [serverWords.refused(result.refused.length)]
      : [isNothing ? serverWords.nothing(result.unchanged) : serverWords.written(result)]),
    ...result.refused.map(({ id, error, reason }) => serverWords.refusedOne(id, error, reason)),
    ...(kept.length > 0 ? [serverWords.kept(kept.length)] : []),
    ...kept.map(({ place, type, fields }) =>
      serverWords.keptOne(
        `${place.sheet} ${place.row}`,
        typeWords[type] ?? type,
        fields.map(fieldName).join('、'),
      ),
    ),
    ...careWords.counted(result.care),
    ...(result.notInRoster > 0 ? [serverWords.notInRoster(result.notInRoster)] : []),
  ];
}

function sentenceFor({ fault }: RosterServerError, { url, user }: RosterArguments): string {
  switch (fault.kind) {
    case 'unreachable':
      return serverWords.unreachable(url, fault.reason);
    case 'signIn':
      return serverWords.signIn(user);
    case 'forbidden':
      return serverWords.forbidden(user);
    case 'missing':
      return fault.scope === DIRECTORY
        ? serverWords.noDirectory
        : serverWords.noGridDatabase(fault.scope.replace('grid-', ''));
    case 'notCouchdb':
      return serverWords.notCouchdb(url);
    case 'unexpected':
      return serverWords.unexpected(fault.status, fault.what);
  }
}
