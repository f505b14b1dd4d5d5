// What a form is told when it opens, as the XForms secondary instances its definition names: `context`, `members`,
// `respondents`, `staff`. Invariant: names of people are escaped; nothing of this is kept after the form closes.
import { beijingDate } from '#lib/domain/time.ts';
import type { FormContext } from './form-port.ts';

/** The answer "it was somebody who is not of this household". */
const SOMEBODY_ELSE = 'somebodyElse';

/** A form stays open for a while: times up to this much after its opening are not "in the future". */
const OPEN_FOR_MS = 3_600_000;

interface Item {
  name: string;
  label: string;
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Characters XML 1.0 cannot hold (section 2.2) are left out. */
const escaped = (text: string) =>
  text
    .replace(/[^\t\n\r\x20-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>]/g, (sign) => ESCAPES[sign]!);

const rootOf = (inner: string) => `<root>${inner}</root>`;
const field = (name: string, text: string) => `<${name}>${escaped(text)}</${name}>`;
const list = (items: readonly Item[]) =>
  rootOf(
    items.map(({ name, label }) => `<item>${field('name', name)}${field('label', label)}</item>`).join(''),
  );

/** `stands`: keys of the facts that 与上次相同 would confirm. */
export function formParameters(context: FormContext, stands: readonly string[]): Record<string, string> {
  const today = beijingDate(context.now);
  const members = context.members.map(({ resident, name }) => ({ name: resident, label: name }));
  const staff = (context.staff ?? []).map(({ user, name }) => ({ name: user, label: name }));
  const facts: Record<string, string> = {
    now: context.now,
    latest: new Date(Date.parse(context.now) + OPEN_FOR_MS).toISOString(),
    today,
    month: String(Number(today.slice(5, 7))),
    resident: context.resident ?? '',
    stands: stands.join(' '),
  };
  return {
    context: rootOf(
      Object.entries(facts)
        .map(([name, text]) => field(name, text))
        .join(''),
    ),
    members: list(members),
    respondents: list([...members, { name: SOMEBODY_ELSE, label: '' }]),
    staff: list(staff),
  };
}
