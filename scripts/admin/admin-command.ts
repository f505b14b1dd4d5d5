// What a command of `npm run admin` is. A new one is a file that exports one of these, and a line in admin-commands.ts.
import type { ParseArgsConfig } from 'node:util';
import type { CouchClient } from '../couch-client.ts';
import type { CouchAdministrator } from '../provision/couch-administrator.ts';
import type { Terminal } from '../terminal.ts';

export interface AdminCommand {
  /** The words that call it: `keys make`. */
  name: string;
  /** What follows them, for the line of usage: `FILE --key FILE`. */
  synopsis: string;
  /** One line for the list of commands. */
  summary: string;
  /** What it does and what its options mean, without those every command has. */
  help: string;
  options: NonNullable<ParseArgsConfig['options']>;
  /** How many arguments it takes that are no option. */
  positionals: { least: number; most: number };
  /** It takes something away: `--dry-run` shows what, and does nothing. */
  destroys?: true;
  /** Throws an `AdminError` where it cannot do what it was asked, a `ProvisionError` where the server does not. */
  run(call: AdminCall): Promise<AdminDone>;
}

export interface AdminServer {
  client: CouchClient;
  couch: CouchAdministrator;
}

export interface AdminCall {
  positionals: readonly string[];
  /** Of its own options. */
  text(option: string): string | undefined;
  /** Of one that may be given more than once. */
  texts(option: string): string[];
  flag(option: string): boolean;
  /** `--dry-run`: look, and change nothing. */
  dryRun: boolean;
  /** Where the server's `/` is: `http://127.0.0.1:4173/db`. */
  url: string;
  /** User name of the administrator. */
  user: string;
  terminal: Terminal;
  /** The server as its administrator; asks for the password where the environment has none. */
  connect(): Promise<AdminServer>;
}

export interface AdminDone {
  /** For a person. */
  lines: string[];
  /** The same for a program, where `--json` asks for it. */
  json: unknown;
  /** 0 where nothing is said; 1 where not all of it could be done. */
  exitCode?: 0 | 1;
}

/** Why a command could not do what it was asked, as a sentence. `usage`: it was called wrongly. */
export class AdminError extends Error {
  readonly kind: 'usage' | 'failed';

  constructor(sentence: string, kind: AdminError['kind'] = 'failed') {
    super(sentence);
    this.name = 'AdminError';
    this.kind = kind;
  }
}
