// The ids of what stands beside a question, for who does not see it.
import type { Question } from '#lib/forms/form-port.ts';

/** For `aria-describedby`: the hint and the error that are there now; undefined where there is neither. */
export function describedBy({
  id,
  hint,
  error,
}: Pick<Question, 'id' | 'hint' | 'error'>): string | undefined {
  const ids = [...(hint ? [`${id}-hint`] : []), ...(error ? [`${id}-error`] : [])];
  return ids.length > 0 ? ids.join(' ') : undefined;
}
