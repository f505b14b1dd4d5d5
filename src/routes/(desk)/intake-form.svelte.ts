// What the clerk has typed of a new request, kept sealed while she types, so that a cover or a switch of person loses nothing.
import type { Device } from '#lib/device/device.ts';
import type { IntakeView } from '#lib/domain/desk-views.ts';
import type { SearchHit } from '#lib/domain/field-views.ts';
import type { NewRequest } from '#lib/domain/plan-request.ts';

const KEPT_AFTER_MS = 400;
const HITS = 6;
/** How often a tablet without numbers looks whether it has come to some. */
const LOOK_AGAIN_MS = 2_000;

/** Whom she picked from the roster, as her card shows her. */
export interface Picked {
  resident: string;
  household: string;
  name: string;
  door: string;
  maskedPhone?: string | undefined;
}

interface Draft extends NewRequest {
  picked?: Picked | undefined;
}

const EMPTY: Draft = { name: '', phone: '', matter: '', missing: [], note: '' };

/** A draft of an earlier build may lack what this one asks for. */
function draftOf(value: unknown): Draft | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  return { ...EMPTY, ...(value as Partial<Draft>) };
}

export class IntakeForm {
  view = $state.raw<IntakeView | undefined>();
  failed = $state(false);
  draft = $state<Draft>({ ...EMPTY });
  hits = $state.raw<SearchHit[]>([]);
  /** What was begun was found here. */
  found = $state(false);
  readonly #device: Device;
  #done = false;
  #keeping: ReturnType<typeof setTimeout> | undefined;

  /** Call during component initialisation. */
  constructor(device: Device) {
    this.#device = device;
    device.readIntake().then(
      (view) => {
        const begun = draftOf(view.draft);
        if (begun) this.draft = begun;
        this.found = begun !== undefined;
        this.view = view;
      },
      () => (this.failed = true),
    );
    $effect(() => this.#keep($state.snapshot(this.draft)));
    $effect(() => (this.view?.hasNumbers === false ? this.#awaitNumbers() : undefined));
    $effect(() => this.#look(this.draft.picked ? '' : this.draft.name.trim()));
  }

  /** Ends by itself when they are there; what she has typed is not touched. */
  #awaitNumbers(): () => void {
    const looking = setInterval(() => {
      void this.#device.readIntake().then(
        ({ hasNumbers }) => {
          if (this.view && hasNumbers) this.view = { ...this.view, hasNumbers };
        },
        () => undefined,
      );
    }, LOOK_AGAIN_MS);
    return () => clearInterval(looking);
  }

  #keep(draft: Draft): (() => void) | undefined {
    if (this.view === undefined || this.#done) return undefined;
    this.#keeping = setTimeout(() => void this.#device.keepIntake(draft), KEPT_AFTER_MS);
    return () => clearTimeout(this.#keeping);
  }

  #look(text: string): (() => void) | undefined {
    if (text === '') {
      this.hits = [];
      return undefined;
    }
    let outdated = false;
    void this.#device.search(text, HITS).then(({ hits }) => {
      if (!outdated) this.hits = hits;
    });
    return () => {
      outdated = true;
    };
  }

  get matter() {
    return this.view?.matters.find(({ code }) => code === this.draft.matter);
  }

  pick({ resident, household, name, door, maskedPhone }: SearchHit): void {
    this.draft.picked = { resident, household, name, door, maskedPhone };
    this.draft.name = name;
  }

  pickAnother(): void {
    this.draft.picked = undefined;
    this.draft.name = '';
  }

  choose(matter: string): void {
    this.draft.matter = matter;
    this.draft.missing = [];
  }

  toggle(paper: string): void {
    const { missing } = this.draft;
    this.draft.missing = missing.includes(paper)
      ? missing.filter((each) => each !== paper)
      : [...missing, paper];
  }

  clear(): void {
    this.draft = { ...EMPTY };
    this.found = false;
  }

  async take() {
    const { picked, ...typed } = $state.snapshot(this.draft);
    const resident = picked && { id: picked.resident, household: picked.household };
    const taken = await this.#device.takeRequest({ ...typed, ...(resident ? { resident } : {}) });
    if (taken.outcome === 'taken') {
      // Nothing is kept of it any more but the request.
      this.#done = true;
      clearTimeout(this.#keeping);
    }
    return taken;
  }
}
