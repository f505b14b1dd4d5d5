// What lies at the desk of the demo: requests of the last working days in every state, so that 接待台 shows a day as it is. Made
// as the app makes them, of invented people. Invariants: nothing of it is later than the working day before today; the numbers
// are of blocks that are given away, so that no tablet makes one of them again.
import { addDays, beijingDate, beijingInstant, yearOf, type IsoDate } from '#lib/domain/time.ts';
import calendars from '#lib/domain/working-days.json' with { type: 'json' };
import matters from '#lib/domain/matters.json' with { type: 'json' };
import { planRequest, planSteps, type NewStep } from '#lib/domain/plan-request.ts';
import { numberBlockId, type NumberBlock } from '#lib/domain/request-number.ts';
import type { RequestStep, ServiceRequest } from '#lib/domain/request.ts';
import type { Resident } from '#lib/domain/people.ts';
import { communityScope, deskScope } from '#lib/domain/scopes.ts';
import { workingDaysOf, type WorkingDays } from '#lib/domain/working-days.ts';
import type { Community } from './a-community.ts';
import { chanceOf, type Chance } from './chance.ts';
import { makerOf } from './maker.ts';

export interface DeskWish {
  seed: string;
  today: IsoDate;
  /** 12 digits. */
  community: string;
}

export type DeskDocument = ServiceRequest | RequestStep | NumberBlock;

/** Working days before today, and the time of day in Beijing. */
type When = readonly [daysAgo: number, time: string];
type Done = readonly [when: When, by: string, steps: readonly NewStep[]];

interface Case {
  matter: string;
  at: When;
  by: string;
  note?: string;
  missing?: readonly string[];
  done?: readonly Done[];
}

const told = (how: 'phone' | 'inPerson', whom: string, at: string) => ({ how, whom, at });

/** Blocks by clerk: 赵雪 has the first, 孙丽 the second. */
const CLERKS = ['zhaoxue', 'sunli'] as const;

const casesOf = (instant: (when: When) => string): readonly Case[] => [
  {
    ...{ matter: 'neighbour-matter', at: [8, '09:12'], by: 'zhaoxue', note: '楼上卫生间漏水，天花板发霉' },
    done: [[[6, '10:05'], 'zhaoxue', [{ kind: 'note', text: '已约物业查看，楼上住户不在家' }]]],
  },
  {
    ...{ matter: 'neighbour-matter', at: [5, '14:20'], by: 'zhaoxue', note: '楼道夜里有人装修' },
    done: [
      [[5, '14:30'], 'zhaoxue', [{ kind: 'handed', to: 'limin', text: '请上门看看' }]],
      [[4, '09:40'], 'limin', [{ kind: 'taken' }]],
    ],
  },
  { matter: 'job-registration', at: [4, '10:15'], by: 'sunli' },
  {
    ...{ matter: 'elder-card', at: [3, '09:05'], by: 'zhaoxue' },
    done: [
      [[1, '16:10'], 'zhaoxue', [{ kind: 'decided', conclusion: 'approved', text: '卡已办好，可来领' }]],
    ],
  },
  { matter: 'temporary-relief', at: [2, '15:30'], by: 'zhaoxue', missing: ['困难情况证明'] },
  { matter: 'minimum-living', at: [4, '11:00'], by: 'sunli', note: '家里两口人，一人生病' },
  { matter: 'residence-permit', at: [2, '09:35'], by: 'zhaoxue' },
  { matter: 'elder-allowance', at: [1, '10:50'], by: 'sunli' },
  {
    ...{ matter: 'disability-allowances', at: [1, '14:05'], by: 'zhaoxue' },
    done: [[[1, '14:15'], 'zhaoxue', [{ kind: 'handed', to: 'wangfang', text: '行动不便，请上门核对' }]]],
  },
  {
    ...{ matter: 'residence-proof', at: [1, '09:20'], by: 'zhaoxue' },
    done: [
      [
        [1, '09:40'],
        'zhaoxue',
        [
          { kind: 'decided', conclusion: 'approved', text: '当场开具' },
          { kind: 'told', told: told('inPerson', '本人', instant([1, '09:40'])) },
        ],
      ],
    ],
  },
];

/** By the database they go to. */
export function demoDesk(community: Community, wish: DeskWish): Map<string, DeskDocument[]> {
  const chance = chanceOf(`${wish.seed}/desk`);
  const days = workingDaysOf(calendars);
  const instant = ([daysAgo, time]: When) => beijingInstant(days.addWorkingDays(wish.today, -daysAgo), time);
  const applicants = chance.shuffled(whoComes(community, wish.today));
  const scopes = new Map<string, DeskDocument[]>([[communityScope(wish.community), blocksOf(wish, chance)]]);
  const serials = new Map<string, number>();
  const inOrder = [...casesOf(instant)].sort((a, b) => (instant(a.at) < instant(b.at) ? -1 : 1));
  for (const [place, each] of inOrder.entries()) {
    const applicant = applicants[place % applicants.length];
    if (!applicant) break;
    const on = beijingDate(instant(each.at));
    const key = `${each.by} ${on}`;
    const serial = (serials.get(key) ?? 0) + 1;
    serials.set(key, serial);
    const scope = deskScope(wish.community, yearOf(on));
    const documents = caseOf(each, { applicant, serial, days, instant, chance, community: wish.community });
    scopes.set(scope, [...(scopes.get(scope) ?? []), ...documents]);
  }
  return scopes;
}

interface Applicant {
  resident: Resident;
  household: string;
}

/** Grown-up, with a telephone, and at home in one household. */
function whoComes(community: Community, today: IsoDate): Applicant[] {
  const before = addDays(today, -25 * 366);
  return community.grids.flatMap(({ roster }) => {
    const homes = new Map(
      roster.flatMap((one) => (one.type === 'membership' ? [[one.resident, one.household] as const] : [])),
    );
    return roster.flatMap((one) => {
      const household = homes.get(one._id);
      const comes = one.type === 'resident' && one.phones !== undefined && (one.birth ?? today) < before;
      return comes && household !== undefined ? [{ resident: one, household }] : [];
    });
  });
}

interface Made {
  applicant: Applicant;
  serial: number;
  community: string;
  days: WorkingDays;
  instant(when: When): string;
  chance: Chance;
}

function caseOf(each: Case, { applicant, serial, community, days, instant, chance }: Made): DeskDocument[] {
  const matter = matters.find(({ code }) => code === each.matter);
  if (!matter) throw new Error(`no such matter: ${each.matter}`);
  const authored = (by: string, when: When) => {
    const now = instant(when);
    const author = { person: by, device: 'demo', now };
    const ids = { nowMs: () => Date.parse(now), randomBytes: (length: number) => chance.bytes(length) };
    return { author, ids };
  };
  const { resident, household } = applicant;
  const typed = {
    resident: { id: resident._id, household },
    ...{ name: resident.name, phone: resident.phones?.[0] ?? '', matter: each.matter },
    ...{ missing: [...(each.missing ?? [])], note: each.note ?? '' },
  };
  const block = CLERKS.findIndex((clerk) => clerk === each.by) + 1;
  const taken = planRequest(typed, { community, block, serial, matter, ...authored(each.by, each.at) });
  const steps = [...taken.steps];
  let { request } = taken;
  for (const [when, by, wanted] of each.done ?? []) {
    const how = { ...authored(by, when), isDesk: CLERKS.some((clerk) => clerk === by), days };
    const planned = planSteps({ request, steps }, wanted, how);
    if (planned.outcome !== 'planned')
      throw new Error(`${each.matter}: ${planned.kind} is not possible then`);
    steps.push(...planned.steps);
    if (planned.closes) request = { ...request, status: 'closed', updatedAt: how.author.now };
  }
  return [request, ...steps];
}

function blocksOf({ seed, today, community }: DeskWish, chance: Chance): NumberBlock[] {
  const maker = makerOf(chanceOf(`${seed}/blocks ${chance.int(0, 9)}`), today);
  return CLERKS.map((clerk, at) => ({
    ...maker.head('number-block', clerk, beijingInstant(addDays(today, -30), '08:30')),
    _id: numberBlockId(at + 1),
    type: 'number-block' as const,
    community,
    block: at + 1,
  }));
}
