// A command's way to whoever runs it: lines out, lines to the side, questions. Handed in, so that a test is a terminal too.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

export interface Terminal {
  /** One line, to standard output. */
  say(line: string): void;
  /** One line, to standard error. */
  warn(line: string): void;
  /** Undefined where nobody sits at a terminal. An answer is undefined where somebody leaves; a secret is not shown. */
  ask: ((question: string, secret?: boolean) => Promise<string | undefined>) | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  now(): Date;
}

const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Asks on standard error, so that standard output stays what was asked for. A secret is not shown while it is typed. */
function ask(question: string, secret = false): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (secret) process.stderr.write(question);
    const output = secret ? unseen : process.stderr;
    const lines = createInterface({ input: process.stdin, output, terminal: true });
    lines.question(secret ? '' : question, (answer) => {
      resolve(answer);
      lines.close();
      if (secret) process.stderr.write('\n');
    });
    lines.once('close', () => resolve(undefined));
  });
}

/** This process's. */
function ownTerminal(): Terminal {
  return {
    say: (line) => void process.stdout.write(`${line}\n`),
    warn: (line) => void process.stderr.write(`${line}\n`),
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
    environment: process.env,
    now: () => new Date(),
  };
}

/** Ends the process with the command's exit code; a fault nobody foresaw is told with its trace, and the code is 1. */
export function runInTerminal(
  command: (args: readonly string[], terminal: Terminal) => Promise<number>,
): void {
  command(process.argv.slice(2), ownTerminal())
    .then((exitCode) => (process.exitCode = exitCode))
    .catch((fault: unknown) => {
      process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
      process.exitCode = 1;
    });
}
