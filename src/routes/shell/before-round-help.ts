// What to do where a finding of 出发前检查 is not well.
import { m } from '#messages';
import type { RoundFinding } from '#lib/device/before-round.ts';

/** `href`: where it is done on another screen. */
export function findingHelp(finding: RoundFinding): { text: string; href?: string; go?: string } {
  switch (finding.item) {
    case 'roster':
      return { text: m.round_roster_do() };
    case 'missing':
      return {
        text: !finding.ok && finding.grid === undefined ? m.round_unreadable_do() : m.round_missing_do(),
      };
    case 'forms':
      return { text: m.round_forms_do() };
    case 'refused':
      return { text: m.round_refused_do(), href: '/attention', go: m.attention_more() };
    case 'space':
      return { text: m.round_space_do() };
    case 'battery':
      return { text: m.round_battery_do() };
    case 'shift':
      return { text: m.round_shift_do(), href: '/shift', go: m.shift_title() };
  }
}
