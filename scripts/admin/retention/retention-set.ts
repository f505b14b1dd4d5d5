// `retention set`: a line of the retention table. It deletes nothing.
import { LEAST_MONTHS, RETAINED, type Retained, type RetentionRow } from '#lib/domain/retention.ts';
import { writeAdministered } from '../../people/administered.ts';
import { AdminError, type AdminCommand } from '../admin-command.ts';
import { openOffice } from '../people/office-of.ts';
import { readRetention, writeRetention } from './retention-table.ts';
import { retentionWords as words } from './retention-words.ts';

const NEVER = 'keep';

export const retentionSet: AdminCommand = {
  name: 'retention set',
  synopsis: `KIND MONTHS|${NEVER} --basis TEXT`,
  summary: '定保存期限 how long a kind is kept',
  help: `events、desk、photos 各保存几个月（从那一年年底算起，至少 12），依据哪条规定；keep 表示一直保存。只改表，不删东西。
How many months, counted from the end of its year and at least 12, by which rule; keep: for ever. Changes the table alone.
  --basis TEXT    依据的法律或规定 the law or rule`,
  options: { basis: { type: 'string' } },
  positionals: { least: 2, most: 2 },
  async run(call) {
    const [given = '', asked = ''] = call.positionals;
    const kind = RETAINED.find((each) => each === given);
    if (!kind) throw new AdminError(words.unknownKind(given), 'usage');
    const row = rowOf(kind, asked, call.text('basis')?.trim());
    const { office, roll } = await openOffice(call);
    const rows = (await readRetention(office.couch)).filter((each) => each.kind !== kind);
    const communities = roll.units.filter(({ level }) => level === 'community').map(({ code }) => code);
    const why = row ? `${kind}: ${asked}; ${row.basis}` : `${kind}: ${NEVER}`;
    await writeAdministered(office, communities, { did: 'retentionSet', why });
    await writeRetention(office.couch, row ? [...rows, row] : rows, office.author);
    return { lines: [row ? words.set(kind, row.months) : words.unset(kind)], json: { kind, ...row } };
  },
};

function rowOf(kind: Retained, asked: string, basis: string | undefined): RetentionRow | undefined {
  if (asked === NEVER) return undefined;
  const months = /^\d{1,4}$/.test(asked) ? Number(asked) : 0;
  if (months < LEAST_MONTHS || months > 1_200) throw new AdminError(words.badMonths(asked), 'usage');
  if (!basis || basis.length < 2 || basis.length > 200) throw new AdminError(words.noBasis, 'usage');
  return { kind, months, basis };
}
