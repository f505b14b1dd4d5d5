// Codes of the national standards in words, apart from our own: their tables are not loaded before a card is opened.
// A code nobody knows is shown as nothing.
import { getLocale } from '#messages/runtime';
import { wordOf, type CodeSetName } from '#lib/domain/code-sets.ts';

export function codeWord(set: CodeSetName, code: string | undefined): string | undefined {
  return code === undefined ? undefined : wordOf(set, code, getLocale() === 'en' ? 'en' : 'zh');
}
