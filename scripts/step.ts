// One command of a check or a test run: started, timed, its words kept or let through. It never throws for a command
// that fails: the caller counts, and ends with all of them told.
import { spawn } from 'node:child_process';

export type Step = { name: string; command: string; args: string[]; env?: Record<string, string> };
export type StepResult = { step: Step; exitCode: number; output: string; seconds: number };

/** Runs a command from node_modules/.bin or PATH. `show` lets its words through as they come; else they are kept. */
export function runStep(step: Step, show = false): Promise<StepResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(step.command, step.args, {
      env: { ...process.env, PATH: `node_modules/.bin:${process.env.PATH}`, ...step.env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
    });
    const chunks: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk));
    const end = (exitCode: number, words = '') => {
      const output = Buffer.concat(chunks).toString('utf8') + words;
      resolve({ step, exitCode, output, seconds: (performance.now() - started) / 1_000 });
    };
    child.on('error', (cause) => end(1, `${step.command}: ${cause.message}\n`));
    child.on('close', (exitCode) => end(exitCode ?? 1));
  });
}
