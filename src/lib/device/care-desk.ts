// 敏感事项 of one open device: restricted tags read, put on and taken off in `care-<15>`. Invariants: no audit, no answer; what
// is here is never put into the roster in memory; where the tablet stands at a desk, or she has no role for it, there is
// nothing to ask.
import { careView, endCareTag, putCareTag, type CareView } from '#lib/domain/care-tags.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import type { Tag } from '#lib/domain/people.ts';
import { careScope, gridOfScope } from '#lib/domain/scopes.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { Put } from '#lib/storage/save-action.ts';
import type { AuditDesk } from './audit-desk.ts';
import type { AskedCare, CareDevice, CareSaved, CareShown } from './care-device.ts';
import type { FieldSession } from './field-session.ts';
import { needsWhy } from './reasons-asked.ts';
import type { SyncRunner } from './sync-runner.ts';

export interface CareParts {
  store: DeviceStore;
  session: FieldSession;
  audit: AuditDesk;
  ids: IdSource;
  sync: Pick<SyncRunner, 'saved'>;
}

export function careDesk(parts: CareParts): CareDevice {
  return {
    openCare: (asked) => open(parts, asked),
    putCare: ({ resident, code, evidence }) =>
      save(parts, resident, ({ tags, household }) => {
        const author = parts.session.author();
        const body = putCareTag({ resident, household, code, evidence }, tags, { author, ids: parts.ids });
        return body && { body: { ...body } };
      }),
    endCare: ({ resident, tag, reason }) =>
      save(parts, resident, ({ tags, revs }) => {
        const stored = tags.find(({ _id }) => _id === tag);
        const basedOn = revs.get(tag);
        if (!stored || basedOn === undefined) return undefined;
        const change = { ...parts.session.author(), generation: generationOf(basedOn) + 1 };
        const body = endCareTag(stored, reason, change);
        return body && { body: { ...body }, basedOn };
      }),
  };
}

interface Place {
  grid: string;
  scope: string;
  household: string;
}

/** Where what is restricted of her stands; undefined where nothing of it is to be seen here. */
function placeOf({ session }: CareParts, resident: string): Place | 'gone' | 'notHers' {
  const { model } = session;
  const grid = gridOfScope(model.scopes.get(resident) ?? '');
  const memberships = [...model.memberships.values()].filter((one) => one.resident === resident);
  const home = memberships.find(({ to }) => to === undefined) ?? memberships[0];
  if (grid === undefined || !home) return 'gone';
  return session.mayCare(grid) ? { grid, scope: careScope(grid), household: home.household } : 'notHers';
}

async function open(parts: CareParts, { resident, why }: AskedCare): Promise<CareShown> {
  const { audit } = parts;
  const place = placeOf(parts, resident);
  if (typeof place === 'string') return { outcome: place };
  if (await needsWhy(parts.store, 'care', why)) return { outcome: 'whyNeeded' };
  const { grid } = place;
  const event = { what: 'revealed', about: resident, field: 'care', grid } as const;
  const outcome = await audit.record({ ...event, ...(why === undefined ? {} : { why }) });
  if (outcome !== 'kept') return { outcome };
  return { outcome: 'shown', care: await viewOf(parts, place.scope, resident) };
}

async function viewOf({ store, session }: CareParts, scope: string, resident: string): Promise<CareView> {
  const { tags } = await read(store, scope, resident);
  const nameOf = (user: string) => session.staffOf(user)?.name ?? user;
  return careView(tags, { today: session.today, nameOf });
}

interface Read {
  tags: Tag[];
  revs: Map<string, string>;
}

async function read(store: DeviceStore, scope: string, resident: string): Promise<Read> {
  const { documents } = await store.listByType(scope, 'tag');
  const revs = new Map<string, string>();
  const tags = documents.flatMap(({ id, body, rev }) => {
    const parsed = parseDocument('tag', body);
    if (parsed.outcome !== 'read' || parsed.document.resident !== resident) return [];
    revs.set(id, rev);
    return [parsed.document];
  });
  return { tags, revs };
}

async function save(
  parts: CareParts,
  resident: string,
  plan: (known: Read & { household: string }) => Omit<Put, 'scope'> | undefined,
): Promise<CareSaved> {
  const { store, sync } = parts;
  const place = placeOf(parts, resident);
  if (place === 'gone') return { outcome: 'notNow' };
  if (place === 'notHers') return { outcome: 'notHers' };
  const { scope, household } = place;
  try {
    const put = plan({ ...(await read(store, scope, resident)), household });
    if (!put) return { outcome: 'notNow' };
    const { outcome } = await store.saveAction([{ scope, ...put }]);
    if (outcome !== 'saved') return { outcome: outcome === 'full' ? 'full' : 'notNow' };
    await sync.saved();
    return { outcome: 'saved', care: await viewOf(parts, scope, resident) };
  } catch (error) {
    const kind = storageFaultKind(error);
    if (kind === undefined) throw error;
    return { outcome: kind === 'full' ? 'full' : 'failed' };
  }
}
