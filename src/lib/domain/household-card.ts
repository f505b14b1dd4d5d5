// 住户卡: who lives behind a door, what to mind, what is due, what happened last.
import { dueRowOf } from './due.ts';
import { membersOf, tagsOn, type FieldModel } from './field-model.ts';
import type { HouseholdView, MemberView } from './field-views.ts';
import { namesake } from './household-name.ts';
import { maskIdNumber } from './id-number.ts';
import { maskedAnswers } from './masked-answers.ts';
import type { Membership, Resident, Tag } from './people.ts';
import { maskPhone } from './phone.ts';
import { doorOf } from './place.ts';
import { byRank } from './tag-kinds.ts';
import { tellingPlaces } from './telling-places.ts';
import { ageOn, type IsoDate } from './time.ts';
import type { Visit } from './visit.ts';
import { withoutNumbers } from './without-numbers.ts';

/** Events and drafts are read when a card is opened, not kept in the model. */
export interface CardExtras {
  today: IsoDate;
  /** Visits of this household, any order; `waiting` where the server has not confirmed it. */
  visits: { visit: Visit; waiting: boolean }[];
  /** Photos that the server has not confirmed; absent: none. */
  unsentPhotos?: ReadonlyMap<string, 'waiting' | 'refused'>;
  draft?: HouseholdView['draft'];
}

function memberView(
  { membership, resident }: { membership: Membership; resident: Resident },
  tags: readonly Tag[],
  today: IsoDate,
): MemberView {
  return {
    resident: resident._id,
    name: resident.name,
    relation: membership.relation,
    ...(resident.sex ? { sex: resident.sex } : {}),
    ...(resident.birth ? { birth: resident.birth, age: ageOn(resident.birth, today) } : {}),
    ...maskedId(resident),
    maskedPhones: (resident.phones ?? []).map(maskPhone),
    ...(resident.work ? { work: resident.work } : {}),
    tags: byRank(tags.filter((tag) => tag.resident === resident._id).map((tag) => tag.code)),
  };
}

/** The identity card's number, else that of what else she has. */
function maskedId({ idNumber, documentNumber }: Resident): Pick<MemberView, 'maskedId'> {
  if (idNumber) return { maskedId: { field: 'idNumber', number: maskIdNumber(idNumber) } };
  if (!documentNumber) return {};
  return { maskedId: { field: 'documentNumber', number: maskIdNumber(documentNumber) } };
}

/** Null where this tablet does not hold the household. */
export function householdView(
  model: FieldModel,
  id: string,
  { today, ...extras }: CardExtras,
): HouseholdView | null {
  const household = model.households.get(id);
  const room = household && model.rooms.get(household.room);
  if (!household || !room) return null;
  const members = membersOf(model, household);
  const tags = tagsOn(model, id, today);
  const due = dueRowOf(model, household, today);
  const place = tellingPlaces(model).get(room.building);
  const staffNames = new Map([...model.staff.values()].map((staff) => [staff.user, staff.name]));
  return {
    household: id,
    room: room._id,
    building: room.building,
    unitNumber: room.unitNumber,
    door: doorOf(room),
    ...(place === undefined ? {} : { place }),
    name: namesake(model, household)?.name ?? '',
    kind: household.kind,
    roomState: room.state,
    ...(household.rosterVerifiedOn ? { rosterVerifiedOn: household.rosterVerifiedOn } : {}),
    notes: (household.notes ?? []).map(withoutNumbers),
    tags: byRank(tags.filter((tag) => !tag.resident).map((tag) => tag.code)),
    members: members.map((member) => memberView(member, tags, today)),
    due: due ? [due] : [],
    visits: extras.visits
      .map(({ visit, waiting }) => ({
        visit: visit._id,
        on: visit.occurredOn,
        at: visit.occurredAt,
        form: visit.form,
        formVersion: visit.formVersion,
        ...(visit.resident ? { resident: visit.resident } : {}),
        answers: maskedAnswers(visit.answers),
        result: visit.result,
        by: staffNames.get(visit.createdBy) ?? visit.createdBy,
        waiting,
        lateEntry: Boolean(visit.lateEntry),
        abnormal: Array.isArray(visit.answers.abnormal) ? visit.answers.abnormal.map(String) : [],
        ...(typeof visit.answers.remark === 'string' ? { remark: withoutNumbers(visit.answers.remark) } : {}),
        photos: (visit.photos ?? []).map(({ photo, digest }) => ({
          photo,
          digest,
          state: extras.unsentPhotos?.get(photo) ?? ('sent' as const),
        })),
      }))
      .sort((a, b) => b.at.localeCompare(a.at)),
    ...(extras.draft ? { draft: extras.draft } : {}),
    ...(household.closedOn ? { closedOn: household.closedOn } : {}),
  };
}
