// Each finding of 出发前检查 in a phrase.
import { m } from '#messages';
import { dayText, momentText } from '#lib/components/words/day-words.ts';
import type { RoundFinding } from '#lib/device/before-round.ts';
import type { IsoDate } from '#lib/domain/time.ts';

export function findingText(finding: RoundFinding, today: IsoDate): string {
  switch (finding.item) {
    case 'roster':
      if (finding.ok) return m.round_roster_ok({ when: momentText(finding.at, today) });
      return finding.at === undefined ? m.round_roster_never() : m.round_roster_old();
    case 'missing':
      if (finding.ok) return m.round_missing_ok({ count: finding.households });
      return finding.grid === undefined
        ? m.round_unreadable({ count: finding.unreadable })
        : m.round_missing_grid({ name: finding.grid });
    case 'forms':
      return finding.ok ? m.round_forms_ok() : m.round_forms_missing();
    case 'refused':
      return m.round_refused({ count: finding.count });
    case 'space':
      return finding.ok ? m.round_space_ok() : m.round_space_low({ size: finding.megabytes });
    case 'battery':
      return (finding.ok ? m.round_battery_ok : m.round_battery_low)({ percent: finding.percent });
    case 'shift':
      if (!finding.ok) return m.round_shift_open({ day: dayText(finding.openSince, today) });
      return finding.lastAt === undefined
        ? m.round_shift_first()
        : m.round_shift_ok({ when: momentText(finding.lastAt, today) });
  }
}
