// One signed-in person's work on an open store: the roster in memory, the answers to every screen, the commands.
// Invariant: nothing here talks to the network; what it says was saved is on the medium.
import type { Author } from '#lib/domain/document-head.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import type {
  BuildingRow,
  HouseholdView,
  MatrixView,
  SearchView,
  TodayView,
} from '#lib/domain/field-views.ts';
import { householdView } from '#lib/domain/household-card.ts';
import { buildingsView, matrixView } from '#lib/domain/matrix.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import {
  careScope,
  communitiesOf,
  gridOfScope,
  gridsOf,
  isCare,
  privateScopes,
  scopesFor,
} from '#lib/domain/scopes.ts';
import { searchPeople } from '#lib/domain/search-people.ts';
import { beijingDate, type IsoDate } from '#lib/domain/time.ts';
import { householdOf, householdTitle } from '#lib/domain/household-title.ts';
import { todayView } from '#lib/domain/today.ts';
import type { FieldModel } from '#lib/domain/field-model.ts';
import type { Staff } from '#lib/domain/staff.ts';
import type { Visit } from '#lib/domain/visit.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { TabletPlace } from '#lib/storage/tablet-place.ts';
import { aboutAction } from './about-document.ts';
import { photosBehind, takeBack } from './attention-photos.ts';
import { refusedVisit } from './attention.ts';
import type { Person, SaveOutcome, Unreadable, VisitToSave, WaitingRow } from './device-state.ts';
import type { DraftKey } from './draft-key.ts';
import type { VisitStart } from './visit-start.ts';
import { draftName } from './draft-name.ts';
import { FieldRoster } from './field-roster.ts';
import { RosterUpkeep } from './roster-upkeep.ts';
import { saveVisit } from './save-visit.ts';
import { startVisit, type KeptDraft } from './start-visit.ts';
import { unsentPhotos, withKeptPhotos } from './visit-photos.ts';
import { waitingRows } from './waiting-rows.ts';

export interface FieldSessionOptions {
  store: DeviceStore;
  user: string;
  roles: readonly string[];
  /** Opaque id of this tablet. */
  tablet: string;
  ids: IdSource;
  /** Where the tablet stands now; undefined while nobody has said it. */
  place(): TabletPlace | undefined;
  /** Something a screen may show has changed. */
  changed(): void;
  /** A save went through: there is something to send. */
  saved(): Promise<void>;
}

/** A form that mends a refused visit is opened from there, not from the card. */
const isOfCard = (key: string, household: string) => {
  const [, of, , mend] = key.split('|');
  return of === household && mend === undefined;
};

function draftView({ key, savedAt }: { key: string; savedAt: number }): NonNullable<HouseholdView['draft']> {
  const [form, , resident] = key.split('|');
  return {
    form: form === 'f2' ? 'f2' : 'f1',
    ...(resident ? { resident } : {}),
    savedAt: new Date(savedAt).toISOString(),
  };
}

export class FieldSession {
  readonly #options: FieldSessionOptions;
  readonly #roster: FieldRoster;
  readonly #upkeep: RosterUpkeep;
  #roles: readonly string[];

  constructor(options: FieldSessionOptions) {
    this.#options = options;
    const { store } = options;
    this.#roles = options.roles;
    this.#roster = new FieldRoster(store);
    this.#upkeep = new RosterUpkeep({ store, roster: this.#roster, changed: () => options.changed() });
  }

  /** See RosterUpkeep. Throws StorageFaults. */
  load(): Promise<void> {
    return this.#upkeep.load();
  }

  loadDirectory(): Promise<void> {
    return this.#upkeep.loadDirectory();
  }

  /** The server's word on her roles, where it has changed. */
  takeRoles(roles: readonly string[]): void {
    this.#roles = roles;
    this.#options.changed();
  }

  close(): void {
    this.#upkeep.close();
    this.#options.store.close();
  }

  get today(): IsoDate {
    return beijingDate(this.#now());
  }

  get model(): FieldModel {
    return this.#roster.model;
  }

  staffOf(user: string): Staff | undefined {
    return [...this.model.staff.values()].find((staff) => staff.user === user);
  }

  /** Where events stand or wait. */
  eventScopes(): string[] {
    return this.scopes().filter((scope) => scope.startsWith('events-'));
  }

  /** The scopes this person's tablet replicates; more become known with the directory. */
  scopes(): string[] {
    const scopes = scopesFor(this.#roles, this.#knownGrids(), this.today);
    const card = this.staffOf(this.#options.user);
    // What is hers alone comes last, and when it is known that neither she nor the tablet is at a desk.
    const isDesk = this.#options.place() !== 'field' || this.#isClerk();
    return card ? [...scopes, ...privateScopes(this.#roles, { user: card.user, isDesk })] : scopes;
  }

  /** Whatever her roles say, from a desk what is restricted goes. */
  mayKeep(scope: string): boolean {
    return !(isCare(scope) && (this.#options.place() === 'desk' || this.#isClerk()));
  }

  /** Whether what is restricted of this grid is hers to see, and may be seen on this tablet. */
  mayCare(grid: string): boolean {
    return this.scopes().includes(careScope(grid));
  }

  /** On whatever tablet, she works where others look on. */
  #isClerk(): boolean {
    return this.staffOf(this.#options.user)?.role === 'clerk';
  }

  person(): Person {
    const { user } = this.#options;
    const roles = this.#roles;
    const card = this.staffOf(user);
    const names = new Map([...this.#roster.model.grids.values()].map((grid) => [grid.code, grid.name]));
    return {
      user,
      name: card?.name ?? user,
      role: card?.role ?? 'worker',
      grids: gridsOf(roles, this.#knownGrids()).map((code) => ({ code, name: names.get(code) ?? code })),
    };
  }

  todayView(): TodayView {
    return { ...todayView(this.#roster.model, this.today), grids: this.person().grids };
  }

  buildings(): BuildingRow[] {
    return buildingsView(this.#roster.model, this.today);
  }

  matrix(building: string, unit: string): MatrixView | null {
    return matrixView(this.#roster.model, { building, unit }, this.today);
  }

  search(text: string, limit: number): SearchView {
    return searchPeople(this.#roster.model, this.#roster.searchIndex, { text, limit, today: this.today });
  }

  /** Events of a household on this tablet, each with whether it still waits to be sent. */
  async #visitsOf(household: string): Promise<{ visit: Visit; waiting: boolean }[]> {
    const { documents } = await this.#options.store.listByReference(household);
    return documents.flatMap(({ body, waiting }) => {
      const parsed = parseDocument('visit', body);
      return parsed.outcome === 'read' ? [{ visit: parsed.document, waiting }] : [];
    });
  }

  async household(id: string): Promise<HouseholdView | null> {
    const [visits, drafts] = await Promise.all([this.#visitsOf(id), this.#options.store.listDrafts()]);
    const photos = unsentPhotos(await this.#options.store.photos.listUnsent());
    const kept = drafts.find(({ key }) => isOfCard(key, id));
    const draft = kept && draftView(kept);
    const extras = { visits, unsentPhotos: photos, today: this.today, ...(draft ? { draft } : {}) };
    const view = householdView(this.#roster.model, id, extras);
    const grid = gridOfScope(this.model.scopes.get(id) ?? '');
    return view && grid !== undefined && this.mayCare(grid) ? { ...view, mayCare: true } : view;
  }

  async startVisit(key: DraftKey): Promise<VisitStart | null> {
    const household = await this.household(key.household);
    if (!household) return null;
    const visits = await this.#visitsOf(key.household);
    const draft = await this.#options.store.readDraft(draftName(key));
    const refused = key.mend === undefined ? undefined : await refusedVisit(this.#options.store, key.mend);
    if (key.mend !== undefined && !refused) return null;
    const start = startVisit({
      ...{ key, household, draft, refused, today: this.today },
      visits: visits.map(({ visit }) => visit),
    });
    return withKeptPhotos(start, await this.#options.store.photos.listDraft(draftName(key)), refused?.photos);
  }

  async saveDraft(key: DraftKey, kept: KeptDraft): Promise<{ outcome: 'kept' | 'full' | 'failed' }> {
    try {
      return await this.#options.store.putDraft(draftName(key), kept);
    } catch (error) {
      if (storageFaultKind(error) === undefined) throw error;
      return { outcome: 'failed' };
    }
  }

  dropDraft(key: DraftKey): Promise<void> {
    return this.#options.store.deleteDraft(draftName(key));
  }

  unreadable(): Unreadable {
    return this.#roster.unreadable();
  }

  /** Oldest first, at most 100; refused ones first. As many as are counted. */
  async listWaiting(): Promise<WaitingRow[]> {
    const { store } = this.#options;
    const source = { store, model: this.model, eventScopes: this.eventScopes() };
    return waitingRows({
      unsent: await store.listUnsentActions(),
      rejections: await store.listRejections(),
      aboutAction: (ids) => aboutAction(source, ids),
      photos: { unsent: await store.photos.listUnsent(), refused: await store.photos.listRefused() },
      aboutBody: (body) => householdTitle(this.model, householdOf(this.model, body)),
    });
  }

  /** See `Device.saveVisit`. One transaction; the screens are told before the answer. */
  async saveVisit(visit: VisitToSave): Promise<SaveOutcome> {
    const { store, ids } = this.#options;
    try {
      if (visit.mend !== undefined) await takeBack(store, await photosBehind(store, new Set([visit.mend])));
      const outcome = await saveVisit(
        {
          model: this.#roster.model,
          author: this.author(),
          refusedVisit: (id) => refusedVisit(store, id),
          ids,
          readDocument: store.readDocument,
          saveAction: store.saveAction,
          listPhotos: store.photos.listDraft,
          pinyinOf: async (name) => (await import('./pinyin-of.ts')).pinyinOf(name),
          refresh: (scope) => this.#roster.refresh([scope]),
          written: (puts) => {
            for (const { scope, body } of puts) if (body.type !== 'visit') this.#roster.take(scope, [body]);
          },
        },
        visit,
        draftName(visit),
      );
      if (outcome.outcome === 'saved') await this.#options.saved();
      return outcome;
    } catch (error) {
      const kind = storageFaultKind(error);
      if (kind === undefined) throw error;
      return kind === 'full' ? { outcome: 'full' } : { outcome: 'failed', reason: kind };
    }
  }

  /** 12 digits each; those of her grids where they are known. */
  communities(): string[] {
    return communitiesOf(this.#roles, this.#knownGrids());
  }

  /** Of what is written now. */
  author(): Author {
    return { person: this.#options.user, device: this.#options.tablet, now: this.#now() };
  }

  #now(): string {
    return new Date(this.#options.ids.nowMs()).toISOString();
  }

  #knownGrids(): string[] {
    return [...this.#roster.model.grids.values()].map((grid) => grid.code);
  }
}
