// What the yellow line says of this tablet: one thing, the one whose mending helps most, and what to do about it.
// Invariant: it says of installing and of lasting storage what 我的 says of them, no more.
import { m } from '#messages';
import type { StartFinding } from '#lib/device/start-check.ts';
import { browserWord } from './browser-word.ts';

export interface StartLine {
  text: string;
  /** What its button does; without one the line only tells. */
  act?: 'install' | 'askToPersist';
}

export function startLine(findings: readonly StartFinding[]): StartLine | undefined {
  const has = (kind: StartFinding['kind']) => findings.some((finding) => finding.kind === kind);
  const untried = findings.find((finding) => finding.kind === 'untried');
  if (untried) return { text: m.check_untried({ browser: browserWord(untried.browser) }) };
  if (has('notPersistent')) {
    return has('notInstalled')
      ? { text: m.persist_install_line(), act: 'install' }
      : { text: m.persist_line(), act: 'askToPersist' };
  }
  return has('notInstalled') ? { text: m.install_line(), act: 'install' } : undefined;
}
