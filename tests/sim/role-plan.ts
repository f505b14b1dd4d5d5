// Whether the tablets of a history ask for their roles before each round, as the product does, and let go what is no longer
// theirs. Drawn from dice of its own, so that all other histories are what they were.
import { diceOf } from './dice.ts';
import type { FaultRates } from './fault-kinds.ts';

export function withRolesAsked<P extends { seed: number; faults: FaultRates }>(
  plan: P,
): P & { asksRoles?: true } {
  const asks = plan.faults['role-taken'] !== undefined && diceOf(`roles of ${String(plan.seed)}`).hits(0.5);
  return asks ? { ...plan, asksRoles: true } : plan;
}
