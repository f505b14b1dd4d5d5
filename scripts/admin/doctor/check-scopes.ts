// Whether every scope of every community is there, read by whom it should be, guarded by the rules of this build.
import * as z from 'zod';
import { sameJson } from '#lib/domain/same-json.ts';
import { ownScope } from '#lib/domain/scopes.ts';
import { TABLETS } from '#lib/domain/tablet-card.ts';
import { yearOf, type IsoDate } from '#lib/domain/time.ts';
import type { Roll } from '../../people/roll.ts';
import { planScopes, type ScopePlan } from '../../provision/scope-plan.ts';
import { writeRules } from '../../provision/write-rules.ts';
import type { StreetDescription } from '../../provision/street-description.ts';
import type { AdminServer } from '../admin-command.ts';
import { askCouch, inUrl } from '../backup/ask-couch.ts';
import { RESTORING_ID } from '../backup/restoring-rules.ts';
import { doctorWords as words } from './doctor-words.ts';
import { look, wrong, type Finding } from './finding.ts';

export interface ScopesAsked {
  streets: readonly StreetDescription[];
  roll: Roll;
  databases: ReadonlySet<string>;
  today: IsoDate;
}

const rulesSchema = z.looseObject({ validate_doc_update: z.string().optional() });

export async function checkScopes(server: AdminServer, asked: ScopesAsked): Promise<Finding[]> {
  const { streets, roll, databases, today } = asked;
  const plans = new Map(
    streets.flatMap((street) => planScopes(street, today)).map((plan) => [plan.name, plan]),
  );
  const of = {
    missing: [] as string[],
    next: [] as string[],
    security: [] as string[],
    rules: [] as string[],
  };
  const restoring: string[] = [];
  for (const plan of plans.values()) {
    if (databases.has(plan.name)) await checkOne(server, plan, of);
    else (plan.name.endsWith(`-${yearOf(today) + 1}`) ? of.next : of.missing).push(plan.name);
  }
  for (const name of databases)
    if (!name.startsWith('_') && (await readRules(server, name, RESTORING_ID))) restoring.push(name);
  const orphans = [...databases].filter((name) => isOrphan(name, { plans, roll })).sort();
  return [
    ...(of.missing.length > 0 ? [wrong('scope-missing', words.missing(of.missing))] : []),
    ...(of.next.length > 0 ? [wrong('next-year-missing', words.nextYear(of.next))] : []),
    ...(of.security.length > 0 ? [wrong('scope-security', words.security(of.security))] : []),
    ...(of.rules.length > 0 ? [wrong('scope-rules', words.rules(of.rules))] : []),
    ...(restoring.length > 0 ? [wrong('restore-unfinished', words.restoring(restoring))] : []),
    ...(orphans.length > 0 ? [look('orphan-database', words.orphans(orphans))] : []),
  ];
}

async function checkOne(
  server: AdminServer,
  { name, kind, security }: ScopePlan,
  of: { security: string[]; rules: string[] },
): Promise<void> {
  const there = await askCouch(server.client, `/${inUrl(name)}/_security`, { as: z.looseObject({}) });
  if (!sameJson(there, security)) of.security.push(name);
  const rules = await readRules(server, name, writeRules(kind)._id);
  if (rules?.validate_doc_update !== writeRules(kind).validate_doc_update) of.rules.push(name);
}

const readRules = ({ client }: AdminServer, name: string, id: string) =>
  askCouch(client, `/${inUrl(name)}/${id}`, { as: rulesSchema });

/** Years that are not planned are the retention table's. */
function isOrphan(
  name: string,
  { plans, roll }: { plans: ReadonlyMap<string, ScopePlan>; roll: Roll },
): boolean {
  if (name.startsWith('_') || name === TABLETS || plans.has(name)) return false;
  if (name.startsWith('own-')) return ![...roll.people.keys()].some((user) => ownScope(user) === name);
  const [, stem = ''] = /^((?:events|desk)-\d{12,15}-)\d{4}$/.exec(name) ?? [];
  return stem === '' || ![...plans.keys()].some((planned) => planned.startsWith(stem));
}
