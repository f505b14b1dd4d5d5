// Who may see what: the table of sync.md 1, written by hand, so that it is no copy of the code it judges.
export const A = '999999001001';
export const B = '999999001002';
export const A1 = `${A}001`;
export const B1 = `${B}001`;

export const PEOPLE = {
  nobody: undefined,
  worker: ['staff', `grid:${A1}`, `worker:${A}`],
  clerk: ['staff', `community:${A}`],
  supervisor: ['staff', 'street:999999001'],
  carer: ['staff', `grid:${A1}`, `care:${A1}`],
  editor: ['staff', 'editor'],
  auditor: ['staff', 'auditor'],
  neighbour: ['staff', `grid:${B1}`, `worker:${B}`],
  stranger: ['staff', 'community:999999002001', 'street:999999002'],
  /** Had the worker's roles when she signed in; has none now. */
  revoked: ['staff', `grid:${A1}`, `worker:${A}`],
  /** Had them too; her account is gone. */
  removed: ['staff', `grid:${A1}`, `worker:${A}`],
  /** Who copied the cookie of the worker's tablet, and has not the key it is bound to. */
  keyless: ['staff', `grid:${A1}`, `worker:${A}`],
  administrator: ['_admin'],
} as const satisfies Record<string, readonly string[] | undefined>;

export type Person = keyof typeof PEOPLE;

const OF_A: Person[] = ['worker', 'clerk', 'supervisor'];
const OF_A1: Person[] = [...OF_A, 'carer'];
const OF_B: Person[] = ['neighbour', 'supervisor'];

export interface ScopeRow {
  readers: Person[];
  /** Where they are others than the readers: of new documents. */
  appenders?: Person[];
}

export const SCOPES: Record<string, ScopeRow> = {
  directory: { readers: [...OF_A1, 'editor', 'auditor', 'neighbour', 'stranger'] },
  [`community-${A}`]: { readers: OF_A },
  [`desk-${A}-2026`]: { readers: OF_A },
  [`photos-${A}`]: { readers: OF_A },
  [`grid-${A1}`]: { readers: OF_A1 },
  [`events-${A1}-2026`]: { readers: OF_A1 },
  [`photos-${A1}`]: { readers: OF_A1 },
  [`care-${A1}`]: { readers: ['carer'] },
  'own-worker': { readers: ['worker'] },
  [`audit-${A}`]: { readers: ['auditor'], appenders: [...OF_A1, 'auditor'] },
  [`community-${B}`]: { readers: OF_B },
  [`grid-${B1}`]: { readers: OF_B },
  [`care-${B1}`]: { readers: [] },
  'own-neighbour': { readers: ['neighbour'] },
  [`audit-${B}`]: { readers: ['auditor'], appenders: [...OF_B, 'auditor'] },
};

/** What an endpoint gives: something to see, a place for something new, a place to write, or power. */
export type Right = 'read' | 'append' | 'write' | 'govern';

export function may(person: Person, { readers, appenders = readers }: ScopeRow, right: Right): boolean {
  if (person === 'administrator') return true;
  if (right === 'govern') return false;
  return (right === 'append' ? appenders : readers).includes(person);
}
