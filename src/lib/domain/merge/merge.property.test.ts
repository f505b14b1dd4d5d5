import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedBy } from '../document-head.ts';
import { sameJson } from '../same-json.ts';
import { clashesOf } from './clash-entries.ts';
import { canonicalText, isWorkField, mapOf, type How } from './field-paths.ts';
import { merge, type MergeLeaf } from './merge.ts';
import { mergeRuleOf, togetherWith } from './merge-rules.ts';

type Doc = Record<string, unknown>;

/** Fields of a household and of a room at once, those of a later app, and one that goes with another. */
const VALUES: Record<string, fc.Arbitrary<unknown>> = {
  number: fc.constantFrom('1', '2', '3'),
  residence: fc.constantFrom('01', '02'),
  closedOn: fc.constantFrom('2026-11-20', '2026-11-21'),
  closedReason: fc.constantFrom('moved', 'died'),
  notes: fc.uniqueArray(fc.constantFrom('dog', 'deaf', 'bell', 'a/b~c')),
  landlord: fc.record(
    { name: fc.constantFrom('Chen', 'Li'), phones: fc.array(fc.constantFrom('7', '8'), { maxLength: 2 }) },
    { requiredKeys: [] },
  ),
  lastVisit: fc.record({
    visit: fc.constantFrom('visit:1', 'visit:2'),
    on: fc.constantFrom('2026-11-20', '2026-11-21'),
  }),
  ofALaterApp: fc.oneof(fc.integer({ min: 0, max: 2 }), fc.record({ deep: fc.record({ n: fc.nat(2) }) })),
};
interface Edit {
  fields: Doc;
  person: string;
  how: How | undefined;
  /** Settles the first clash there is. */
  settles: boolean;
}
const edit: fc.Arbitrary<Edit> = fc.record({
  fields: fc
    .constantFrom(...Object.keys(VALUES))
    .chain((name) => fc.option(VALUES[name]!, { nil: undefined }).map((value) => ({ [name]: value }))),
  person: fc.constantFrom('li', 'wang', 'zhao'),
  how: fc.constantFrom<(How | undefined)[]>(undefined, 'told', 'document'),
  settles: fc.boolean(),
});
/** Changes parts of an object, and neither takes it away nor puts it there. */
const inside = edit.filter(({ fields }) =>
  ['landlord', 'ofALaterApp'].every((name) => !(name in fields) || typeof fields[name] === 'object'),
);

let revisions = 0;
let seconds = 0;
const grown = (parent: MergeLeaf, body: Doc): MergeLeaf => {
  const rev = `${String(Number.parseInt(parent.rev, 10) + 1)}-${String(1e6 + ((++revisions * 7919) % 1e6))}`;
  return { rev, path: [rev, ...parent.path], deleted: false, body };
};
function edited(parent: MergeLeaf, { fields, person, how, settles }: Edit): MergeLeaf {
  const { body } = parent;
  const after: Doc = { ...body, ...fields };
  for (const name of Object.keys(fields)) if (fields[name] === undefined) Reflect.deleteProperty(after, name);
  if (settles && clashesOf(body).length > 0) after.clashes = clashesOf(body).slice(1);
  const now = new Date(1.79e12 + 1000 * ++seconds).toISOString();
  const generation = Number.parseInt(parent.rev, 10) + 1;
  return grown(parent, changedBy({ person, device: 't', now, generation, how }, body, after));
}
const branch = (from: MergeLeaf, all: readonly Edit[]) => all.reduce(edited, from);
const root = (fields: Doc): MergeLeaf => {
  const head = {
    _id: 'household:A',
    type: 'household',
    createdAt: '2026-11-01T00:00:00.000Z',
    createdBy: 'seed',
  };
  const rev = `1-${String(++revisions)}`;
  return { rev, path: [rev], deleted: false, body: { ...head, ...fields, clashes: [CLASH] } };
};
const CLASH = { field: 'number', value: '0', by: 'seed', at: '2026-11-02T00:00:00.000Z' };
const first = fc
  .record(VALUES, { requiredKeys: [] })
  .map((fields) => root({ landlord: {}, ...fields, ofALaterApp: { deep: { n: 0 } } }));

/** Leaves that met in one state. */
const meeting = (count: number, each = edit) =>
  fc
    .tuple(
      first,
      fc.array(each, { maxLength: 3 }),
      fc.array(fc.array(each, { minLength: 1, maxLength: 4 }), { minLength: count, maxLength: count }),
    )
    .map(([begin, trunk, branches]) => {
      const met = branch(begin, trunk);
      return { met, leaves: branches.map((all) => branch(met, all)) };
    });

const common = (a: MergeLeaf, b: MergeLeaf) =>
  Number.parseInt(a.path.find((rev) => b.path.includes(rev)) ?? '0', 10);
function mergedLeaf(leaves: readonly MergeLeaf[]): MergeLeaf {
  const outcome = merge(leaves, common);
  if (outcome.outcome === 'kept' || outcome.outcome === 'erased') throw new Error(outcome.outcome);
  return outcome.outcome === 'contained' ? outcome.winner : grown(outcome.winner, outcome.body);
}
const work = (body: Doc | MergeLeaf['body']) => {
  const fields = Object.fromEntries(Object.entries(body).filter(([name]) => isWorkField(name)));
  const set = (value: unknown) => (Array.isArray(value) ? value.map(canonicalText).sort() : value);
  return canonicalText({
    ...fields,
    notes: set(fields.notes),
    clashes: clashesOf(body).map(canonicalText).sort(),
  });
};
const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void) =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 200 });

describe('merging', () => {
  it('makes one body whatever the order of the leaves: two devices make one revision', () => {
    check(meeting(3), ({ leaves: [a, b, c] }) => {
      const bodies = [
        [a, b, c],
        [c, a, b],
        [b, a, c],
      ].map((leaves) => merge(leaves as MergeLeaf[], common));
      expect(new Set(bodies.map(canonicalText)).size).toBe(1);
    });
  });

  it('keeps one salt, the same whoever merges first, and asks nobody which', () => {
    const salt = fc.constantFrom('SALT-A', 'SALT-B', undefined);
    check(fc.tuple(meeting(3), fc.tuple(salt, salt, salt)), ([{ leaves }, salts]) => {
      const [a, b, c] = leaves.map((leaf, n) => ({ ...leaf, body: { ...leaf.body, salt: salts[n] } }));
      const { body } = mergedLeaf([a!, b!, c!]);
      expect(body.salt).toBe(salts.includes('SALT-A') ? 'SALT-A' : salts.find((one) => one !== undefined));
      expect(mergedLeaf([mergedLeaf([c!, a!]), b!]).body.salt).toBe(body.salt);
      expect(clashesOf(body).map(({ field }) => field)).not.toContain('salt');
      expect(Object.keys(mapOf(body.at))).not.toContain('salt');
    });
  });

  it('does not look at the order of fields', () => {
    const turned = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(turned);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([name, each]) => [name, turned(each)]),
      );
    };
    check(meeting(2), ({ leaves }) => {
      const other = leaves.map((leaf) => ({ ...leaf, body: turned(leaf.body) as Doc }));
      expect(canonicalText(merge(other, common))).toBe(canonicalText(merge(leaves, common)));
    });
  });

  it('of three leaves says the same, whichever two meet first (of an object taken away whole, all its parts)', () => {
    check(meeting(3, inside), ({ leaves: [a, b, c] }) => {
      const all = work(mergedLeaf([a!, b!, c!]).body);
      expect(work(mergedLeaf([mergedLeaf([a!, b!]), c!]).body)).toBe(all);
      expect(work(mergedLeaf([a!, mergedLeaf([b!, c!])]).body)).toBe(all);
      expect(work(mergedLeaf([mergedLeaf([a!, c!]), b!]).body)).toBe(all);
    });
  });

  it('with what is merged already changes nothing', () => {
    check(meeting(3), ({ leaves }) => {
      const winner = mergedLeaf(leaves);
      expect(merge([...leaves.filter(({ rev }) => !winner.path.includes(rev)), winner], common).outcome).toBe(
        'contained',
      );
      expect(merge([winner], common).outcome).toBe('contained');
    });
  });

  it('loses no value: it stands in the outcome, in a clash, or follows from the events', () => {
    const rule = mergeRuleOf('household')!;
    check(meeting(2), ({ met, leaves }) => {
      const { body } = mergedLeaf(leaves);
      const clashes = clashesOf(body);
      for (const leaf of leaves) {
        for (const name of Object.keys(VALUES).filter((each) => !sameJson(leaf.body[each], met.body[each]))) {
          if (name === 'lastVisit' || name === 'notes' || name === 'landlord') continue;
          const [lead, ...beside] = togetherWith(rule, name);
          const said = (of: Doc) => [lead!, ...beside].map((each) => of[each] ?? null);
          const stands = sameJson(said(leaf.body), said(body));
          const clash = clashes.some(
            ({ field, value, with: others }) =>
              String(field).split('/')[0] === lead &&
              (sameJson(said({ [lead!]: value, ...mapOf(others) } as Doc), said(leaf.body)) ||
                field !== lead),
          );
          expect(stands || clash || typeof body[name] === 'object', name).toBe(true);
        }
        const added = (leaf.body.notes as string[] | undefined)?.filter(
          (note) => !(met.body.notes as string[] | undefined)?.includes(note),
        );
        expect((body.notes as string[] | undefined) ?? []).toEqual(expect.arrayContaining(added ?? []));
      }
    });
  });

  it('keeps what only one side changed, a field of a later app too', () => {
    check(meeting(2), ({ met, leaves: [a, b] }) => {
      const { body } = mergedLeaf([a!, b!]);
      const { at } = b!.body as { at: Record<string, number> };
      const generation = Number.parseInt(met.rev, 10);
      for (const name of ['number', 'residence', 'ofALaterApp']) {
        const untouched = Object.keys(at).every(
          (path) => path.split('/')[0] !== name || at[path]! <= generation,
        );
        if (untouched) expect(body[name]).toEqual(a!.body[name]);
      }
    });
  });

  it('does not bring back what was settled', () => {
    check(meeting(2), ({ leaves }) => {
      const { body } = mergedLeaf(leaves);
      const settled = leaves.some((leaf) => !clashesOf(leaf.body).some((entry) => sameJson(entry, CLASH)));
      if (settled) expect(clashesOf(body)).not.toContainEqual(CLASH);
      else expect(clashesOf(body)).toContainEqual(CLASH);
    });
  });
});

describe('devices that merge as they meet', () => {
  /** Each step: a device edits what it holds, or takes in another's leaves and merges. */
  const step = fc.oneof(
    fc.record({ device: fc.nat(2), edit }),
    fc.record({ device: fc.nat(2), from: fc.nat(2) }),
  );
  it('end with one leaf, the same on all, after each has met each', () => {
    check(fc.tuple(first, fc.array(step, { maxLength: 25 })), ([begin, steps]) => {
      const held: MergeLeaf[][] = [[begin], [begin], [begin]];
      const revs = new Map<string, MergeLeaf>();
      const merging = (leaves: readonly MergeLeaf[]): MergeLeaf => {
        const outcome = merge(leaves, common);
        if (outcome.outcome === 'kept' || outcome.outcome === 'erased') throw new Error(outcome.outcome);
        if (outcome.outcome === 'contained') return outcome.winner;
        // The revision is a function of parent and body, as in the protocol.
        const name = canonicalText([outcome.winner.rev, outcome.body]);
        const made = revs.get(name) ?? grown(outcome.winner, outcome.body);
        revs.set(name, made);
        return made;
      };
      const meet = (device: number, from: number) => {
        const all = new Map([...held[device]!, ...held[from]!].map((leaf) => [leaf.rev, leaf]));
        const leaves = [...all.values()].filter(
          ({ rev }) => ![...all.values()].some((other) => other.rev !== rev && other.path.includes(rev)),
        );
        held[device] = [merging(leaves)];
      };
      for (const each of steps) {
        if ('edit' in each) held[each.device] = [edited(held[each.device]![0]!, each.edit)];
        else meet(each.device, each.from);
      }
      for (const [device, from] of [
        [0, 1],
        [0, 2],
        [1, 0],
        [2, 0],
      ] as const)
        meet(device, from);
      expect(new Set(held.map(([leaf]) => leaf!.rev)).size).toBe(1);
      const { rev } = held[0]![0]!;
      meet(0, 1);
      expect(held[0]![0]!.rev).toBe(rev);
    });
  });
});
