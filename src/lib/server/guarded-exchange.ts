// The gate before the routes of the embedded server: what a CouchDB has in front of it as the gateway, this server has in
// itself. Invariant: the routes see a body of anybody but an administrator only after the gate has.
import { isErased } from '#lib/protocol/erased.ts';
import { type Exchange, type UserContext } from './exchange.ts';
import { type Gate } from './gate.ts';
import { leavesOf, pathOf } from './revision-tree.ts';
import { type FindErased, type HeldOtherwise } from './second-leaf.ts';
import { type ServerParts } from './server-parts.ts';

export async function guardExchange(
  exchange: Exchange,
  { parts, gate }: { parts: ServerParts; gate: Gate },
  next: (exchange: Exchange) => Promise<void>,
): Promise<void> {
  const { user, request, method } = exchange;
  const verdict = gate.judge(exchange, user);
  if (verdict.outcome === 'free') return next(exchange);
  gate.rate.count(user, request.socket.remoteAddress ?? '');
  if (verdict.outcome === 'refused') throw verdict.refusal;
  const allowed = verdict.asAdministrator ? { ...exchange, user: inTheNameOf(user) } : exchange;
  if (verdict.call === 'session' || (method !== 'POST' && method !== 'PUT')) return next(allowed);
  const body = await exchange.body(gate.limits.requestBytes);
  const sent = { asked: exchange, verdict, body, held: heldOtherwise(parts), findErased: findErased(parts) };
  await gate.admitBody(sent, ({ body: admitted, kept }) =>
    next({ ...allowed, body: () => Promise.resolve(admitted), kept }),
  );
}

function inTheNameOf({ name }: UserContext): UserContext {
  return { name, roles: ['_admin'] };
}

function heldOtherwise({ catalog }: ServerParts): HeldOtherwise {
  return async (name, sent) => {
    const database = await catalog.find(name);
    if (!database) return new Set();
    const known = await database.use(() => database.store.metadata(sent.map(({ id }) => id)));
    const others = sent.filter(({ rev }, at) => {
      const metadata = known[at];
      return metadata !== undefined && !pathOf(leavesOf(metadata.rev_tree), rev);
    });
    return new Set(others.map(({ id }) => id));
  };
}

/** An erased document has no leaf that lives, and a leaf that says so. */
function findErased({ catalog }: ServerParts): FindErased {
  return async (name, ids) => {
    const database = await catalog.find(name);
    if (!database) return new Set();
    const { store } = database;
    return database.use(async () => {
      const ended = (await store.metadata(ids)).filter((metadata) => metadata?.deleted);
      const seqs = ended.flatMap((metadata) =>
        metadata ? leavesOf(metadata.rev_tree).flatMap(({ rev }) => metadata.rev_map[rev] ?? []) : [],
      );
      const bodies = await store.bodies(seqs);
      return new Set(bodies.flatMap((body) => (body && isErased(body) ? [body._id] : [])));
    });
  };
}
