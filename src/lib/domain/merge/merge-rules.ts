// How each type of mutable document is merged (sync.md 6). Invariants: a type without a rule is never merged: an event,
// and whatever this build does not know; a field without a word here is merged like any other, so no rule drops one.
type Fields = Readonly<Record<string, unknown>>;

export interface MergeRule {
  /** Arrays whose order says nothing: merged by element. */
  sets?: readonly string[];
  /** Objects that say one thing: taken or left whole. All other objects are merged field by field. */
  whole?: readonly string[];
  /** Fields that say one thing together; a clash about them stands under the first. */
  together?: readonly (readonly string[])[];
  /**
   * Fields that follow from the events themselves: of two, the one that leads is known (positive: `a`), and nobody is
   * asked. Given and asked as the fields of `together`, where the name begins such a row.
   */
  leading?: Readonly<Record<string, (a: Fields, b: Fields) => number>>;
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');
const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
const latest = (field: string) => (a: Fields, b: Fields) => order(text(a[field]), text(b[field]));
/** A day is later than none, and the earlier of two leads. */
const earliest = (field: string) => (a: Fields, b: Fields) => {
  const [left, right] = [text(a[field]), text(b[field])];
  return left === '' || right === '' ? order(left, right) : order(right, left);
};

function newerVisit({ lastVisit: a }: Fields, { lastVisit: b }: Fields): number {
  const [left, right] = [(a ?? {}) as Fields, (b ?? {}) as Fields];
  return order(text(left.on), text(right.on)) || order(text(left.visit), text(right.visit));
}

const STATUS = ['open', 'dropped', 'done'];
/** What was done is done; of two visits that settled a task, the first. */
function settledTask(a: Fields, b: Fields): number {
  const rank = (task: Fields) => STATUS.indexOf(text(task.status));
  return rank(a) - rank(b) || earliest('doneBy')(a, b);
}

/** What is closed is closed. */
const closedLeads = (a: Fields, b: Fields) => Number(a.status === 'closed') - Number(b.status === 'closed');

const RULES: Readonly<Record<string, MergeRule>> = {
  unit: {},
  grid: {},
  building: { whole: ['head'] },
  staff: { sets: ['grids'], whole: ['until'] },
  calendar: { sets: ['makeUpDays'] },
  matter: {},
  room: { together: [['roomNumber', 'building', 'buildingNumber', 'unitNumber', 'floor']] },
  household: {
    sets: ['notes'],
    whole: ['lastVisit'],
    together: [['closedOn', 'closedReason']],
    leading: {
      lastVisit: newerVisit,
      lastContactOn: latest('lastContactOn'),
      rosterVerifiedOn: latest('rosterVerifiedOn'),
    },
  },
  resident: {
    together: [
      ['name', 'pinyin'],
      ['idNumber', 'idType', 'documentNumber'],
    ],
  },
  membership: {
    together: [
      ['to', 'reason', 'reasonText'],
      ['residence', 'separation'],
    ],
  },
  tag: {},
  task: {
    together: [
      ['status', 'doneBy'],
      ['dueAt', 'dueFrom'],
    ],
    leading: { status: settledTask, dueAt: earliest('dueAt') },
  },
  request: {
    whole: ['applicant'],
    leading: { status: closedLeads },
  },
};

/** The rule of a document's type; undefined: it is never merged. */
export function mergeRuleOf(type: unknown): MergeRule | undefined {
  return typeof type === 'string' && Object.hasOwn(RULES, type) ? RULES[type] : undefined;
}

/** The fields that are merged as one with `field`, the one it stands under first; of most fields, it alone. */
export function togetherWith(rule: MergeRule, field: string): readonly string[] {
  return rule.together?.find((row) => row.includes(field)) ?? [field];
}
