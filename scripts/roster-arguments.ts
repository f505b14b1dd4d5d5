// The arguments of `npm run roster`. What is wrong is one sentence, and nothing is read or asked before all of it is right.
import { parseArgs } from 'node:util';
import { argumentWords } from './roster-words.ts';

export interface RosterArguments {
  file: string;
  /** 12 digits; empty in a dry run that names none. */
  community: string;
  /** 15-digit grid by sheet; `undefined` for a sheet that is not to be read. */
  grids: Map<string, string | undefined>;
  url: string;
  user: string;
  /** Undefined where neither option nor ADMIN_PASSWORD gives one. */
  password: string | undefined;
  dryRun: boolean;
  /** Into a grid that has other households already, without asking. */
  merge: boolean;
  json: boolean;
  /** Where the rows that were not understood go. */
  badRows: string | undefined;
}

export type ArgumentsReading =
  | { outcome: 'read'; arguments: RosterArguments }
  | { outcome: 'help' }
  | { outcome: 'wrong'; sentence: string };

/** Where `npm start` serves with the same environment. */
const DEFAULT_URL = `http://127.0.0.1:${process.env.PORT ?? '4173'}/db`;
/** In place of a grid: leave the sheet out. */
const LEAVE_OUT = '-';

const options = {
  community: { type: 'string' },
  grid: { type: 'string', multiple: true },
  url: { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  'dry-run': { type: 'boolean' },
  merge: { type: 'boolean' },
  json: { type: 'boolean' },
  'bad-rows': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): ArgumentsReading {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (fault) {
    return wrong(argumentWords.unknown(fault instanceof Error ? fault.message : String(fault)));
  }
  const { values, positionals } = parsed;
  if (values.help) return { outcome: 'help' };
  const [file, ...others] = positionals;
  if (file === undefined) return wrong(argumentWords.noFile);
  if (others.length > 0) return wrong(argumentWords.manyFiles);
  const community = values.community ?? '';
  const dryRun = values['dry-run'] ?? false;
  if (community === '' && !dryRun) return wrong(argumentWords.noCommunity);
  if (community !== '' && !/^\d{12}$/.test(community)) return wrong(argumentWords.communityWrong(community));
  const grids = new Map<string, string | undefined>();
  for (const given of values.grid ?? []) {
    const [, sheet, grid = ''] = /^(.+)=([^=]*)$/.exec(given) ?? [];
    const isGrid = /^\d{15}$/.test(grid) && grid.startsWith(community);
    if (sheet === undefined || !(isGrid || grid === LEAVE_OUT))
      return wrong(argumentWords.gridWrong(given, community));
    grids.set(sheet, grid === LEAVE_OUT ? undefined : grid);
  }
  const url = values.url ?? DEFAULT_URL;
  if (!/^https?:\/\/[^/]/.test(url)) return wrong(argumentWords.urlWrong(url));
  return {
    outcome: 'read',
    arguments: {
      file,
      community,
      grids,
      url,
      user: values.user ?? 'admin',
      password: values.password ?? environment.ADMIN_PASSWORD,
      dryRun,
      merge: values.merge ?? false,
      json: values.json ?? false,
      badRows: values['bad-rows'],
    },
  };
}

const wrong = (sentence: string): ArgumentsReading => ({ outcome: 'wrong', sentence });
