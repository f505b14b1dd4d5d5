// `npm run sim -- --seeds N [--seed S] [--planted NAME] [--trace]`: histories of the simulator, one for each seed from S
// (1) on. A seed that fails is printed with what was found, and the exit code is 1. docs/simulation.md says what they are.
import { parseArgs } from 'node:util';
import { runHistory } from '../tests/sim/history.ts';
import { planOf } from '../tests/sim/plan.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    trace: { type: 'boolean', default: false },
  },
});
const first = Number(values.seed);
const count = Number(values.seeds);
const started = performance.now();
const sum = { failed: 0, saved: 0, steps: 0, rounds: 0 };
for (let seed = first; seed < first + count; seed++) {
  const plan = planOf(seed);
  const { violation, counts, steps, lines } = await runHistory(plan, { traced: values.trace });
  sum.saved += counts.saved;
  sum.rounds += counts.rounds;
  sum.steps += steps;
  if (lines) console.log(lines.join('\n'));
  if (!violation) continue;
  sum.failed++;
  console.log(
    `seed ${seed}: invariant ${violation.invariant} at step ${violation.step}: ${violation.words}\n  ${Object.keys(plan.faults).join(', ')}`,
  );
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${count} histories, ${sum.saved} saves, ${sum.rounds} rounds, ${sum.steps} steps in ${seconds} s: ${sum.failed} failed`,
);
process.exit(sum.failed === 0 ? 0 : 1);
