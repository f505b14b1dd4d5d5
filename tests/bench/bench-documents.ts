// The documents of the benches: of an invented community, one household to three residents to eight visits, each filled
// up to about 0.85 kB. Invariant: the same count makes the same documents, ids and all.
import { aCommunity } from '../../scripts/demo/a-community.ts';
import { addDays } from '../../src/lib/domain/time.ts';

export interface BenchDocument {
  _id: string;
  type: string;
  [field: string]: unknown;
}

const PARTS = { household: 1, resident: 3, visit: 8 } as const;
const PARTS_IN_ALL = 12;
const MEAN_BYTES = 850;
const GRID = '999999001001001';
const TODAY = '2026-11-22';

/** `count` documents; a multiple of 12. Their mean size is within a hundredth of 850 bytes of JSON. */
export function benchDocuments(count: number): BenchDocument[] {
  const of = (type: keyof typeof PARTS) => (count * PARTS[type]) / PARTS_IN_ALL;
  // Fewer than three people live in a household on average: more households are drawn than taken.
  const community = aCommunity({
    seed: 'bench',
    today: TODAY,
    households: Math.ceil(of('household') * 1.3) + 20,
    grids: [{ code: GRID, workers: ['limin'] }],
  });
  const { roster, visits } = community.grids[0]!;
  const documents: BenchDocument[] = [
    ...taken(roster, 'household', of('household')),
    ...taken(roster, 'resident', of('resident')),
    ...repeated(visits, of('visit')),
  ];
  return filledUp(documents);
}

function taken(from: readonly BenchDocument[], type: string, count: number): BenchDocument[] {
  const found = from.filter((document) => document.type === type).slice(0, count);
  if (found.length < count)
    throw new Error(`${count} documents of type ${type} wanted, ${found.length} drawn`);
  return found;
}

/** So many visits as are wanted: those drawn, and again on earlier days under ids of their own. */
function repeated(
  visits: readonly (BenchDocument & { occurredOn: string })[],
  count: number,
): BenchDocument[] {
  return Array.from({ length: count }, (_, at) => {
    const visit = visits[at % visits.length]!;
    const time = Math.floor(at / visits.length);
    if (time === 0) return visit;
    const own = String(at).padStart(6, '0');
    return { ...visit, _id: visit._id.slice(0, -6) + own, occurredOn: addDays(visit.occurredOn, -30 * time) };
  });
}

const REMARK =
  '老人精神很好，家里收拾得干净，女儿每周来两次；楼道的灯还没有修，已经转给物业，下次来再看一看。';

function filledUp(documents: readonly BenchDocument[]): BenchDocument[] {
  const sizes = documents.map((document) => Buffer.byteLength(JSON.stringify(document)));
  const missing = MEAN_BYTES * documents.length - sizes.reduce((sum, size) => sum + size, 0);
  const each = Math.max(0, Math.round(missing / documents.length) - '"remark":"",'.length);
  const text = REMARK.repeat(Math.ceil(each / Buffer.byteLength(REMARK)) + 1);
  return documents.map((document) => ({ ...document, remark: text.slice(0, Math.round(each / 3)) }));
}
