// One visit while its form is open. Invariants: every answer is given to the device in the order it was made, the newest
// last; the draft is dropped by the save itself, never before; a save that fails leaves form and draft as they are.
import { m } from '#messages';
import type { Locale } from '#messages/runtime';
import { formState } from '#lib/components/form/form-state.svelte.ts';
import type { Device } from '#lib/device/device.ts';
import type { DraftKey } from '#lib/device/draft-key.ts';
import type { VisitStart } from '#lib/device/visit-start.ts';
import type { SaveOutcome } from '#lib/device/device-state.ts';
import type { Answers } from '#lib/domain/visit.ts';
import type { FormDraft, OpenForm } from '#lib/forms/form-port.ts';
import { instantNow } from './instant-now.ts';

export class VisitInHand {
  state = $state<'opening' | 'gone' | 'broken' | 'filling'>('opening');
  form = $state.raw<OpenForm | undefined>();
  #saved = false;
  start = $state.raw<VisitStart | undefined>();
  saving = $state(false);
  /** What went wrong with keeping or saving, in words. */
  problem = $state<string | undefined>();
  #device: Device;
  #key: DraftKey;
  #startedAt = instantNow();
  #keeping: Promise<void> = Promise.resolve();
  #newest: FormDraft | undefined;
  /** The answers it opened with, where it was not a draft: these alone are not worth keeping. */
  #untouched: string | undefined;

  #onSaved: (visit: string) => void;

  /** `onSaved` is told the visit's id once it is saved, even if nobody looks at its screen any more. */
  constructor(device: Device, key: DraftKey, onSaved: (visit: string) => void) {
    this.#device = device;
    this.#key = key;
    this.#onSaved = onSaved;
  }

  /** What to mind at this door. */
  get caution(): string | undefined {
    const notes = this.start?.household.notes ?? [];
    return notes.length > 0 ? notes.join('；') : undefined;
  }

  /** `nobody`: nobody at home is answered already; a draft that is there goes before it. */
  async open(language: Locale, nobody: boolean): Promise<void> {
    try {
      const start = await this.#device.startVisit(this.#key);
      if (!start) {
        this.state = 'gone';
        return;
      }
      this.start = start;
      this.#startedAt = start.draft?.startedAt ?? this.#startedAt;
      const { openForm } = await import('#lib/forms/open-form.ts');
      this.form = await openForm({
        definition: this.#key.form,
        language,
        prefill: { ...start.prefill, ...(nobody ? nobodyAnswer(this.#key.form) : {}) },
        draft: start.draft?.value,
        context: this.#context(start),
        stateFactory: formState,
      });
      // The question is answered: the next page asks what follows from it.
      if (nobody && !start.draft && !this.form.isLastPage) this.form.next();
      // A photo it begins with was taken before the tab went: it is worth keeping.
      if (!start.draft && !start.prefill.photos) this.#untouched = JSON.stringify(this.form.draft().values);
      this.state = 'filling';
    } catch {
      this.state = 'broken';
    }
  }

  #context(start: VisitStart) {
    return {
      now: instantNow(),
      members: start.household.members.map(({ resident, name }) => ({ resident, name })),
      ...(this.#key.resident === undefined ? {} : { resident: this.#key.resident }),
      ...(start.lastVisit ? { last: { on: start.lastVisit.on, answers: start.lastVisit.answers } } : {}),
    };
  }

  /** Something was answered here that is kept when one leaves. */
  get answered(): boolean {
    return this.#newest !== undefined && JSON.stringify(this.#newest.values) !== this.#untouched;
  }

  keep(draft: FormDraft): void {
    this.#newest = draft;
    this.#keeping = this.#keeping.then(async () => {
      // Answers made while one was being kept go together with the newest of them.
      if (this.#newest !== draft || this.saving || this.#saved) return;
      const { outcome } = await this.#keepOrDrop(draft).catch(() => ({ outcome: 'failed' as const }));
      if (outcome === 'full') this.problem = m.visit_draft_full();
      else if (outcome === 'failed') this.problem = m.visit_draft_failed();
      else if (!this.saving) this.problem = undefined;
    });
  }

  /** A form opened by mistake leaves nothing behind. */
  async #keepOrDrop(draft: FormDraft): Promise<{ outcome: 'kept' | 'full' | 'failed' }> {
    if (this.answered) return this.#device.saveDraft(this.#key, draft, this.#startedAt);
    await this.#device.dropDraft(this.#key);
    return { outcome: 'kept' };
  }

  /** Resolves when every answer so far is kept. */
  kept(): Promise<void> {
    return this.#keeping;
  }

  async save(answers: Answers): Promise<void> {
    if (this.saving || this.#saved || !this.form) return;
    const keeping = this.kept();
    this.saving = true;
    this.problem = undefined;
    await keeping;
    const result = await this.#device
      .saveVisit({ ...this.#key, formVersion: this.form.version, answers, startedAt: this.#startedAt })
      .catch((error: unknown): SaveOutcome => ({
        outcome: 'failed',
        reason: error instanceof Error ? error.name : '?',
      }));
    this.saving = false;
    this.#conclude(result);
  }

  /** What was answered while it was being saved is kept now. */
  #keepAgain(): void {
    if (this.#newest) this.keep(this.#newest);
  }

  #conclude(result: SaveOutcome): void {
    switch (result.outcome) {
      case 'saved':
        this.#saved = true;
        this.#onSaved(result.visit);
        return;
      case 'full':
        this.problem = m.save_full();
        return;
      case 'gone':
        this.problem = m.save_gone();
        return;
      case 'failed':
        this.problem = m.save_failed();
        this.#keepAgain();
    }
  }
}

/** The answer that says nobody opened, in the words of each form. */
function nobodyAnswer(form: DraftKey['form']): Answers {
  return form === 'f2' ? { knock: 'noAnswer' } : { result: 'nobody' };
}
