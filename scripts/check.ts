// `npm run check`: everything that can be said of the code without running it. All of it is said, whatever fails first;
// the exit code is 1 if one thing failed. `npm run check -- eslint knip` runs those alone.
import { compileMessages } from './messages.ts';
import { runStep, type Step, type StepResult } from './step.ts';

const AT_ONCE = 2;

/** Longest first: two run at a time. */
const checks: Step[] = [
  {
    name: 'svelte-check',
    command: 'svelte-check',
    args: ['--tsconfig', './tsconfig.json', '--fail-on-warnings', '--output', 'human'],
  },
  { name: 'eslint', command: 'eslint', args: ['--max-warnings', '0', '.'] },
  { name: 'prettier', command: 'prettier', args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'tsc-pure', command: 'tsc', args: ['--project', 'tsconfig.pure.json'] },
  { name: 'tsc-worker', command: 'tsc', args: ['--project', 'tsconfig.worker.json'] },
  {
    name: 'circles',
    command: 'depcruise',
    args: ['src', 'scripts', 'tests', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long'],
  },
  { name: 'knip', command: 'knip', args: ['--no-progress', '--treat-config-hints-as-errors'] },
];

async function runAll(steps: Step[]): Promise<StepResult[]> {
  const waiting = [...steps];
  const results: StepResult[] = [];
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const result = await runStep(step);
      tell(result);
      results.push(result);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return results;
}

function tell({ step, exitCode, output, seconds }: StepResult): void {
  console.log(
    `${exitCode === 0 ? 'ok    ' : 'FAILED'} ${step.name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`,
  );
  if (exitCode !== 0) console.log(output.trimEnd().replace(/^/gm, '    '));
}

function stepsAsked(names: string[]): Step[] {
  const unknown = names.filter((name) => !checks.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new Error(
      `no check is named ${unknown.join(', ')}: there are ${checks.map((step) => step.name).join(', ')}`,
    );
  }
  return names.length === 0 ? checks : checks.filter((step) => names.includes(step.name));
}

const started = performance.now();
const asked = stepsAsked(process.argv.slice(2));
await compileMessages();
const prepared = await runStep({ name: 'svelte-kit sync', command: 'svelte-kit', args: ['sync'] });
tell(prepared);
const results = [prepared, ...(await runAll(asked))];
const failed = results.filter((result) => result.exitCode !== 0);
const total = ((performance.now() - started) / 1_000).toFixed(1);
console.log(`check: ${results.length - failed.length} passed, ${failed.length} failed in ${total} s`);
process.exit(failed.length === 0 ? 0 : 1);
