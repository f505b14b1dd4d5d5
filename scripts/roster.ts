// `npm run roster -- FILE.xlsx --community CODE`: a committee's roster into the app. Everything it does is in
// roster-command.ts; here is the terminal.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { runRoster, type RosterWorld } from './roster-command.ts';

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

const world: RosterWorld = {
  say: (line) => void process.stdout.write(`${line}\n`),
  warn: (line) => void process.stderr.write(`${line}\n`),
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
  environment: process.env,
  now: () => new Date(),
};

runRoster(process.argv.slice(2), world)
  .then((exitCode) => (process.exitCode = exitCode))
  .catch((fault: unknown) => {
    process.stderr.write(`${fault instanceof Error ? fault.stack : String(fault)}\n`);
    process.exitCode = 1;
  });
