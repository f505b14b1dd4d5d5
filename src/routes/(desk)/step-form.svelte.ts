// What a step of a request was filled in with. Invariant: `steps` answers whole steps or none.
import type { NewStep } from '#lib/domain/plan-request.ts';
import type { Conclusion, InformWay, StepKind } from '#lib/domain/request.ts';
import { beijingDate, beijingInstant, beijingTime } from '#lib/domain/time.ts';
import { instantNow } from '../shell/instant-now.ts';

/** A Beijing day and time, as the browser's own field has it: `2026-11-22T15:04`. */
const asField = (instant: string) => `${beijingDate(instant)}T${beijingTime(instant)}`;

export class StepForm {
  readonly kind: StepKind;
  text = $state('');
  to = $state('');
  papers = $state<string[]>([]);
  otherPaper = $state('');
  conclusion = $state<Conclusion>();
  /** Whether the applicant was told; undefined: not said. */
  tells = $state<boolean>();
  how = $state<InformWay>();
  whom = $state('');
  readonly latest = asField(instantNow());
  toldAt = $state(this.latest);

  constructor(kind: StepKind, applicant: string) {
    this.kind = kind;
    this.whom = applicant;
  }

  toggle(paper: string): void {
    this.papers = this.papers.includes(paper)
      ? this.papers.filter((each) => each !== paper)
      : [...this.papers, paper];
  }

  /** Undefined where something is missing. */
  steps(): NewStep[] | undefined {
    const text = this.text.trim();
    switch (this.kind) {
      case 'note':
      case 'returned':
        return text === '' ? undefined : [{ kind: this.kind, text }];
      case 'handed':
        return this.to === '' ? undefined : [{ kind: 'handed', to: this.to, text }];
      case 'supplementAsked': {
        const papers = [...this.papers, ...this.otherPaper.split(/[、,，]/)].map((each) => each.trim());
        const missing = papers.filter((each) => each !== '');
        return missing.length === 0 ? undefined : [{ kind: 'supplementAsked', papers: missing, text }];
      }
      case 'decided':
        return this.#decided(text);
      case 'told':
        return this.#told();
      default:
        return undefined;
    }
  }

  #decided(text: string): NewStep[] | undefined {
    const { conclusion, tells } = this;
    if (conclusion === undefined || text === '' || tells === undefined) return undefined;
    const decided: NewStep = { kind: 'decided', conclusion, text };
    if (!tells) return [decided];
    const told = this.#told();
    return told && [decided, ...told];
  }

  #told(): NewStep[] | undefined {
    const { how, toldAt } = this;
    const whom = this.whom.trim();
    const [date, time] = toldAt.split('T');
    if (how === undefined || whom === '' || !date || !time || toldAt > this.latest) return undefined;
    return [{ kind: 'told', told: { how, whom, at: beijingInstant(date, time.slice(0, 5)) } }];
  }
}
