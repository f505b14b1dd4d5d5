// `npm run admin`, as a function of its arguments and its terminal: finds the command, reads its options, says what came of
// it. Exit codes: 0 done; 1 not, or not all of it; 2 called wrongly, nothing was begun.
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { couchClient } from '../couch-client.ts';
import { couchAdministrator } from '../provision/couch-administrator.ts';
import { ProvisionError } from '../provision/provision-error.ts';
import type { Terminal } from '../terminal.ts';
import { AdminError, type AdminCall, type AdminCommand, type AdminServer } from './admin-command.ts';
import { adminWords as words } from './admin-words.ts';

const common = {
  url: { type: 'string' },
  user: { type: 'string' },
  json: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Common {
  url: string;
  user: string;
}

export async function runAdmin(
  commands: readonly AdminCommand[],
  args: readonly string[],
  terminal: Terminal,
): Promise<0 | 1 | 2> {
  const command = commands.find(({ name }) => name.split(' ').every((word, n) => args[n] === word));
  if (!command) return listCommands(commands, args, terminal);
  const rest = args.slice(command.name.split(' ').length);
  if (rest.includes('--help') || rest.includes('-h')) {
    for (const line of helpOf(command)) terminal.say(line);
    return 0;
  }
  let of: Common = { url: '', user: '' };
  try {
    const { values, positionals } = readOptions(command, rest);
    of = commonOf(values, terminal);
    const done = await command.run(callOf(command, { values, positionals, terminal, of }));
    if (values.json === true) terminal.say(JSON.stringify(done.json, undefined, 2));
    else for (const line of done.lines) terminal.say(line);
    return done.exitCode ?? 0;
  } catch (fault) {
    terminal.warn(sentenceFor(fault, of));
    if (!(fault instanceof AdminError) || fault.kind !== 'usage') return 1;
    for (const line of ['', ...helpOf(command)]) terminal.warn(line);
    return 2;
  }
}

function listCommands(
  commands: readonly AdminCommand[],
  args: readonly string[],
  { say, warn }: Terminal,
): 0 | 2 {
  const isAsked = args.includes('--help') || args.includes('-h');
  const tell = isAsked ? say : warn;
  const given = args.filter((arg) => !arg.startsWith('-')).join(' ');
  if (!isAsked) tell(words.unknownCommand(given));
  for (const line of ['', words.commands]) tell(line);
  const width = Math.max(...commands.map(({ name }) => name.length)) + 2;
  for (const { name, summary } of commands) tell(`  ${name.padEnd(width)}${summary}`);
  for (const line of ['', words.commonHelp]) tell(line);
  return isAsked ? 0 : 2;
}

function helpOf({ name, synopsis, help, destroys }: AdminCommand): string[] {
  return [
    `${words.usage} ${name} ${synopsis}`.trimEnd(),
    '',
    help,
    ...(destroys ? [words.dryRunHelp] : []),
    '',
    words.commonHelp,
  ];
}

interface Read {
  values: Record<string, string | boolean | (string | boolean)[] | undefined>;
  positionals: string[];
}

function readOptions(command: AdminCommand, args: readonly string[]): Read {
  const { 'dry-run': dryRun, ...always } = common;
  const options: NonNullable<ParseArgsConfig['options']> = {
    ...always,
    ...(command.destroys ? { 'dry-run': dryRun } : {}),
    ...command.options,
  };
  let read: Read;
  try {
    read = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (fault) {
    throw new AdminError(words.arguments(fault instanceof Error ? fault.message : String(fault)), 'usage');
  }
  const { least, most } = command.positionals;
  if (read.positionals.length < least) throw new AdminError(words.tooFew, 'usage');
  const [tooMuch] = read.positionals.slice(most);
  if (tooMuch !== undefined) throw new AdminError(words.tooMany(tooMuch), 'usage');
  return read;
}

function commonOf({ url, user }: Read['values'], { environment }: Terminal): Common {
  const asked = typeof url === 'string' ? url : `http://127.0.0.1:${environment.PORT ?? '4173'}/db`;
  if (!/^https?:\/\/[^/]/.test(asked)) throw new AdminError(words.urlWrong(asked), 'usage');
  return { url: asked, user: typeof user === 'string' ? user : 'admin' };
}

function callOf(
  command: AdminCommand,
  { values, positionals, terminal, of }: Read & { terminal: Terminal; of: Common },
): AdminCall {
  let server: Promise<AdminServer> | undefined;
  return {
    positionals,
    text(option) {
      const value = values[option];
      return typeof value === 'string' ? value : undefined;
    },
    texts(option) {
      const value = values[option];
      return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
    },
    flag: (option) => values[option] === true,
    dryRun: command.destroys === true && values['dry-run'] === true,
    url: of.url,
    user: of.user,
    terminal,
    connect: () => (server ??= connect(of, terminal)),
  };
}

async function connect({ url, user }: Common, { environment, ask }: Terminal): Promise<AdminServer> {
  const password = environment.ADMIN_PASSWORD ?? (await ask?.(words.askPassword(user), true));
  if (password === undefined) throw new AdminError(words.noPassword);
  const client = couchClient({ url, user, password });
  const couch = couchAdministrator(client);
  // Whoever is no administrator learns it before anything is begun.
  await couch.listDatabases();
  return { client, couch };
}

/** Throws what nobody foresaw. */
function sentenceFor(fault: unknown, { url, user }: Common): string {
  if (fault instanceof AdminError) return fault.message;
  if (!(fault instanceof ProvisionError)) throw fault;
  switch (fault.kind) {
    case 'unreachable':
      return words.unreachable(url, fault.message);
    case 'credentials':
      return words.credentials(user);
    case 'not-couchdb':
      return words.notCouchdb(url);
    default:
      return words.refused(fault.message);
  }
}
