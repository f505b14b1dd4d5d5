// What a question needs of the form it stands in.
import type { IsoDate, IsoInstant } from '#lib/domain/time.ts';
import type { Answers } from '#lib/domain/visit.ts';
import type { LeafNode } from './engine-nodes.ts';
import type { LeafValue } from './leaf-value.ts';

export interface QuestionScope {
  /** When the form was opened. */
  now: IsoInstant;
  last: { on: IsoDate; answers: Answers } | undefined;
  /** What 与上次相同 would confirm, in words of the form's language. */
  standing(): { name: string; label: string; value: string }[];
  /** Whether the page of this question has been found wrong, so that errors are shown. */
  showsErrors(): boolean;
  /** Told of every answer, so that it is remembered while it is not relevant. */
  typed(node: LeafNode, value: LeafValue | undefined): void;
}
