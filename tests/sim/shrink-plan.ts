// Makes a failing history smaller: fewer commands (fast-check leaves out what it can), then fewer faults. What is left
// still fails.
import fc from 'fast-check';
import type { FaultKind } from './fault-kinds.ts';
import type { Plan } from './plan.ts';

export type Fails = (plan: Plan) => Promise<boolean>;

export async function shrinkPlan(plan: Plan, fails: Fails, timeLimitMs = 60_000): Promise<Plan> {
  const everything = plan.commands.map((_, n) => n);
  const withOnly = (kept: readonly number[]): Plan => ({
    ...plan,
    commands: kept.map((n) => plan.commands[n]!),
  });
  const { counterexample } = await fc.check(
    fc.asyncProperty(fc.subarray(everything), async (kept) => !(await fails(withOnly(kept)))),
    { examples: [[everything]], numRuns: 1, interruptAfterTimeLimit: timeLimitMs },
  );
  return fewerFaults(withOnly(counterexample?.[0] ?? everything), fails);
}

/** None of those left can be left out: dropping one may make another, tried before, needless. */
async function fewerFaults(plan: Plan, fails: Fails): Promise<Plan> {
  for (const kind of Object.keys(plan.faults) as FaultKind[]) {
    const { [kind]: _without, ...faults } = plan.faults;
    if (await fails({ ...plan, faults })) return fewerFaults({ ...plan, faults }, fails);
  }
  return plan;
}
