// Asks everything as everybody, and tells where the answer is not what the table says: a leak, a write, or a door shut
// that should be open.
import { ask, type Answered } from '../contract/opened-server.ts';
import { AT_SERVER, CALLS, GOVERNING, type AccessCall } from './access-calls.ts';
import { markOf, type AccessStreet } from './access-street.ts';
import { may, PEOPLE, SCOPES, type Person } from './access-table.ts';

export interface Finding {
  person: Person;
  database: string;
  call: string;
  got: string;
}

const REFUSED = new Set([400, 401, 403]);

/** Everything that governs is tried where it could do most: in a roster, an audit and somebody's own. */
const GOVERNED = /^(grid|audit|own)-/;

export async function runMatrix(
  street: AccessStreet,
  people = Object.keys(PEOPLE) as Person[],
): Promise<{ asked: number; findings: Finding[] }> {
  const found = await Promise.all(people.map((person) => askAll(street, person)));
  return {
    asked: found.reduce((sum, { asked }) => sum + asked, 0),
    findings: [...found.flatMap(({ findings }) => findings), ...(await findIntruders(street))],
  };
}

async function askAll(street: AccessStreet, person: Person): Promise<{ asked: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  let asked = 0;
  const isAdmin = person === 'administrator';
  for (const database of street.names) {
    const row = SCOPES[database];
    if (!row) throw new Error(`not in the table: ${database}`);
    const governing = !isAdmin && GOVERNED.test(database) ? GOVERNING : [];
    for (const call of [...CALLS, ...governing]) {
      const got = await askOne(street, { person, path: `${database}/${call.path}`, call });
      const fault = faultOf(got, { call, allowed: may(person, row, call.right), mark: markOf(database) });
      asked++;
      if (fault) findings.push({ person, database, call: call.name, got: fault });
    }
  }
  for (const call of isAdmin ? [] : AT_SERVER) {
    const got = await askOne(street, { person, path: call.path, call });
    const fault = faultOf(got, { call, allowed: false, mark: 'keeper' });
    asked++;
    if (fault) findings.push({ person, database: '', call: call.name, got: fault });
  }
  return { asked, findings };
}

function askOne(
  { server, as }: AccessStreet,
  { person, path, call }: { person: Person; path: string; call: AccessCall },
): Promise<Answered> {
  const body = call.body?.(person);
  return ask(`${server.url}/${path.replace(/\/$/, '')}`, {
    method: call.method,
    headers: as[person],
    ...(body === undefined ? {} : { body }),
  });
}

interface Wanted {
  call: AccessCall;
  allowed: boolean;
  mark: string;
}

/** Undefined where all is as it should be. */
function faultOf({ status, json }: Answered, { call, allowed, mark }: Wanted): string | undefined {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  if (allowed) {
    if (status < 200 || status > 299) return `shut: ${status} ${text.slice(0, 120)}`;
    return call.shows && !text.includes(mark) ? `shows nothing: ${text.slice(0, 120)}` : undefined;
  }
  if (text.includes(mark)) return `leak: ${status}`;
  return REFUSED.has(status) ? undefined : `open: ${status} ${text.slice(0, 120)}`;
}

/** What stands in the databases afterwards is from who may write there, and nothing was changed. */
async function findIntruders({ server, names }: AccessStreet): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const database of names) {
    const row = SCOPES[database];
    const { json } = await ask(`${server.url}/${database}/_all_docs`, { as: server.admin });
    const ids = (json.rows as { id: string }[])
      .map(({ id }) => id)
      .filter((id) => id.startsWith('by:') || id === 'note:9');
    for (const id of ids) {
      const person = id.replace(/^by:/, '') as Person;
      if (!row || !may(person, row, 'append')) findings.push({ person, database, call: 'stored', got: id });
    }
  }
  return findings;
}
