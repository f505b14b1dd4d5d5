// One invented visit, with answers as the forms F1 and F2 give them (domain.md 3; codes of src/lib/forms/definitions).
// Invariant: the answers agree with the result, and no visit lies in the future.
import type { VisitResult } from '#lib/domain/people.ts';
import { beijingInstant, type IsoDate } from '#lib/domain/time.ts';
import type { Answers, Visit } from '#lib/domain/visit.ts';
import type { Chance } from './chance.ts';
import type { DrawnHousehold } from './drawn-household.ts';
import { workingInstant, type Maker } from './maker.ts';

export interface VisitWish {
  on: IsoDate;
  /** Beijing time, `16:40`; some time of the working day where absent. */
  time?: string;
  result: Extract<VisitResult, 'met' | 'phone' | 'nobody' | 'refused'>;
  chance: Chance;
  maker: Maker;
  /** User names of those who might have come. */
  workers: readonly string[];
}

const FORM_VERSION = '1';

export function drawVisit(one: DrawnHousehold, wish: VisitWish): Visit {
  const { chance, result } = wish;
  const form = result === 'refused' ? 'f1' : one.visits.form;
  const startedAt = wish.time ? beijingInstant(wish.on, wish.time) : workingInstant(wish.on, chance);
  const minutes = result === 'nobody' || result === 'refused' ? chance.int(1, 3) : chance.int(3, 14);
  const endedAt = new Date(Date.parse(startedAt) + minutes * 60_000).toISOString();
  const worker = chance.happens(0.7) ? wish.workers[0]! : chance.pick(wish.workers);
  const answers =
    form === 'f2' ? answersOfF2(one, { ...wish, startedAt }) : answersOfF1(one, { ...wish, startedAt });
  return {
    ...wish.maker.head('visit', worker, endedAt),
    type: 'visit',
    form,
    formVersion: FORM_VERSION,
    household: one.household._id,
    room: one.room._id,
    ...(form === 'f2' && one.visits.resident ? { resident: one.visits.resident } : {}),
    result,
    occurredAt: startedAt,
    occurredOn: wish.on,
    startedAt,
    endedAt,
    answers,
    changes: [],
  };
}

interface Answering extends VisitWish {
  startedAt: string;
}

const dayAfter = (instant: string) => new Date(Date.parse(instant) + 22 * 3_600_000).toISOString();

function answersOfF2(one: DrawnHousehold, { chance, result, startedAt }: Answering): Answers {
  const how = { occurredAt: startedAt, mode: result === 'phone' ? 'phone' : 'door', by: 'self', result };
  if (result === 'nobody') {
    const tried = chance.shuffled(['phone', 'neighbour', 'meters', 'property', 'buildingHead']).slice(0, 2);
    return { ...how, knock: 'noAnswer', tried, nextCheck: dayAfter(startedAt) };
  }
  const seen = chance.weighted({ self: 90, family: 8, carer: 2 });
  const respondent = seen === 'self' ? (one.visits.resident ?? seen) : seen;
  return {
    ...how,
    knock: 'safe',
    seen,
    ...(result === 'met' ? { respondent } : {}),
    living: one.residents.length === 1 ? 'alone' : chance.pick(['emptyNest', 'withChildren']),
    mobility: chance.weighted({ free: 72, aided: 24, bedridden: 4 }),
    meals: chance.weighted({ self: 80, delivered: 18, short: 2 }),
    meds: chance.happens(0.94),
    contactOk: chance.happens(0.96),
    utilities: chance.happens(0.97) ? 'normal' : 'hazard',
    childContact: chance.weighted({ today: 40, week: 45, month: 12, longer: 3 }),
    needs: chance.happens(0.75)
      ? ['none']
      : [chance.pick(['meals', 'medical', 'cleaning', 'company', 'errands'])],
  };
}

const OPINIONS: readonly [text: string, topic: string][] = [
  ['楼道灯坏了好几天，晚上看不见台阶', 'property'],
  ['电动车停在楼道里充电，担心着火', 'publicOrder'],
  ['想问高龄津贴什么时候发', 'civilAffairs'],
  ['垃圾桶太远，老人走不过去', 'cityManagement'],
  ['希望小区里有个能晒太阳的座椅', 'cityCreation'],
];

function answersOfF1(one: DrawnHousehold, { chance, result, startedAt }: Answering): Answers {
  const how = { occurredAt: startedAt, mode: result === 'phone' ? 'phone' : 'door', by: 'self', result };
  if (result === 'nobody' || result === 'refused')
    return { ...how, retryAt: dayAfter(startedAt).slice(0, 10) };
  const [opinion, topic] = chance.pick(OPINIONS);
  return {
    ...how,
    ...(result === 'met' ? { respondent: one.residents[0]!._id } : {}),
    rosterState: 'unchanged',
    roomState: one.room.state,
    phoneOk: true,
    needs: ['none'],
    quickSafety: ['none'],
    ...(chance.happens(0.12) ? { opinion, topic } : {}),
  };
}
