// The desk of one open device: its lists, a request taken, a step added. Invariants: one business action is one transaction;
// a number is given before the request is saved and never given again; the head of a request is closed in the action that
// says who was told.
import type { Calendar } from '#lib/domain/calendar.ts';
import { deskView, requestView, type DeskFacts, type DeskQuery } from '#lib/domain/desk-rows.ts';
import type { DeskView, IntakeView, RequestView } from '#lib/domain/desk-views.ts';
import { changedBy } from '#lib/domain/document-head.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { householdTitle } from '#lib/domain/household-title.ts';
import { openMatters, type Matter } from '#lib/domain/matter.ts';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { faultOf, planRequest, planSteps, type NewRequest, type NewStep } from '#lib/domain/plan-request.ts';
import { deadlineOf } from '#lib/domain/request-deadline.ts';
import { communityScope, deskScope, DIRECTORY } from '#lib/domain/scopes.ts';
import { beijingDate, yearOf } from '#lib/domain/time.ts';
import { workingDaysOf, type WorkingDays } from '#lib/domain/working-days.ts';
import type { DocumentBody } from '#lib/protocol/document.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { Put } from '#lib/storage/save-action.ts';
import type { StepOutcome, TakeOutcome } from './desk-device.ts';
import { DeskModel } from './desk-model.ts';
import { claimBlock, readBlock } from './desk-numbers.ts';
import type { FieldSession } from './field-session.ts';
import { RosterUpkeep } from './roster-upkeep.ts';
import type { SyncRunner } from './sync-runner.ts';

export interface DeskParts {
  store: DeviceStore;
  session: FieldSession;
  sync: Pick<SyncRunner, 'saved' | 'remoteOf'>;
  ids: IdSource;
  /** In [0, 1). */
  chance(): number;
  /** Something a screen may show has changed. */
  changed(): void;
}

const DRAFT = 'intake';
const ATTEMPTS = 4;
/** After the server could not give a block. */
const ASK_AGAIN_MS = 10_000;

/** Throws StorageFaults. */
export async function openDesk(parts: DeskParts): Promise<DeskWork> {
  const model = new DeskModel(parts.store);
  const upkeep = new RosterUpkeep({ store: parts.store, roster: model, changed: () => parts.changed() });
  try {
    await upkeep.load();
  } catch (error) {
    upkeep.close();
    throw error;
  }
  return new DeskWork(parts, model, upkeep);
}

export class DeskWork {
  readonly #parts: DeskParts;
  readonly #model: DeskModel;
  readonly #upkeep: RosterUpkeep;
  #claimedAtMs = -Infinity;
  #claiming = false;

  constructor(parts: DeskParts, model: DeskModel, upkeep: RosterUpkeep) {
    this.#parts = parts;
    this.#model = model;
    this.#upkeep = upkeep;
  }

  close(): void {
    this.#upkeep.close();
  }

  async view(query: DeskQuery): Promise<DeskView> {
    const days = await this.#days();
    const hasNumbers = await this.#hasNumbers();
    return { ...deskView(this.#model.all(), query, this.#facts(days)), hasNumbers };
  }

  async request(id: string): Promise<RequestView | null> {
    const held = this.#model.get(id);
    if (!held) return null;
    const { session } = this.#parts;
    const [days, matters] = await Promise.all([this.#days(), this.#matters()]);
    const { household } = held.request.applicant;
    return requestView(held, {
      ...this.#facts(days),
      isDesk: this.#isDesk,
      papers: matters.find(({ code }) => code === held.request.matter)?.papers ?? [],
      colleagues: this.#colleagues(),
      door: householdTitle(session.model, household)?.door,
    });
  }

  async intake(): Promise<IntakeView> {
    const [days, matters] = await Promise.all([this.#days(), this.#matters()]);
    const { now } = this.#parts.session.author();
    const draft = await this.#parts.store.readDraft(DRAFT);
    return {
      today: beijingDate(now),
      hasNumbers: await this.#hasNumbers(),
      ...(draft ? { draft: draft.value } : {}),
      matters: openMatters(matters).map(({ code, name, workingDays, papers }) => {
        const { dueOn } = deadlineOf({ receivedAt: now, workingDays, pauses: [] }, days);
        return { code, name, workingDays, papers, dueOn: dueOn ?? beijingDate(now) };
      }),
    };
  }

  async keepIntake(typed: NewRequest | undefined): Promise<void> {
    const { store } = this.#parts;
    if (typed === undefined) await store.deleteDraft(DRAFT);
    else await store.putDraft(DRAFT, typed);
  }

  /** The applicant's, whole: for whoever writes down first who asked. */
  phoneOf(id: string): string | undefined {
    return this.#model.get(id)?.request.applicant.phone;
  }

  /** See `DeskDevice.takeRequest`. */
  async take(typed: NewRequest): Promise<TakeOutcome> {
    const field = faultOf(typed);
    if (field) return { outcome: 'unfit', field };
    return this.#orFault(async () => {
      const { store, session, ids } = this.#parts;
      const community = this.#community;
      const block = community === undefined ? undefined : await readBlock(store, community);
      const matter = (await this.#matters()).find(({ code }) => code === typed.matter);
      if (!matter) return { outcome: 'unfit', field: 'matter' };
      if (community === undefined || block === undefined) return { outcome: 'noNumbers' };
      const author = session.author();
      const on = beijingDate(author.now);
      const serial = await store.nextCount(`request ${String(block)} ${on}`);
      const taking = { community, block, serial, matter, author, ids };
      const { request, steps } = planRequest(this.#asOnRoster(typed), taking);
      const scope = deskScope(community, yearOf(on));
      const outcome = await this.#save(
        [request, ...steps].map((body) => ({ scope, body })),
        DRAFT,
      );
      return outcome === 'saved' ? { outcome: 'taken', request: request._id } : { outcome };
    });
  }

  /** See `DeskDevice.addSteps`. */
  addSteps(id: string, wanted: NewStep[]): Promise<StepOutcome> {
    return this.#orFault(async () => {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const scope = this.#model.scopeOf(id);
        const held = this.#model.get(id);
        const stored = scope === undefined ? undefined : await this.#parts.store.readDocument(scope, id);
        if (!held || !stored || scope === undefined) return { outcome: 'gone' };
        const { session, ids } = this.#parts;
        const author = session.author();
        const how = { author, ids, isDesk: this.#isDesk, days: await this.#days() };
        const planned = planSteps(held, wanted, how);
        if (planned.outcome === 'notNow') return { outcome: 'notNow' };
        const puts: Put[] = planned.steps.map((body) => ({ scope, body }));
        if (planned.closes) {
          const change = { ...author, generation: generationOf(stored.rev) + 1 };
          const after: DocumentBody = { ...stored.body, status: 'closed' };
          puts.push({ scope, body: changedBy(change, stored.body, after), basedOn: stored.rev });
        }
        const outcome = await this.#save(puts);
        if (outcome !== 'failed') return { outcome };
        await this.#model.refreshDocuments(scope, [id]);
      }
      return { outcome: 'failed' };
    });
  }

  async #save(puts: readonly Put[], draft?: string): Promise<'saved' | 'full' | 'failed'> {
    const { store, sync } = this.#parts;
    const { outcome } = await store.saveAction(puts, draft);
    if (outcome !== 'saved') return outcome === 'full' ? 'full' : 'failed';
    for (const { scope, body } of puts) this.#model.take(scope, [body]);
    void sync.saved();
    return 'saved';
  }

  async #orFault<T>(work: () => Promise<T>): Promise<T | { outcome: 'full' | 'failed' }> {
    try {
      return await work();
    } catch (error) {
      const kind = storageFaultKind(error);
      if (kind === undefined) throw error;
      return { outcome: kind === 'full' ? 'full' : 'failed' };
    }
  }

  /** Somebody of the roster is called as she is there; her number is the roster's where none was typed. */
  #asOnRoster(typed: NewRequest): NewRequest {
    const known = typed.resident && this.#parts.session.model.residents.get(typed.resident.id);
    return known ? { ...typed, name: known.name, phone: typed.phone || (known.phones?.[0] ?? '') } : typed;
  }

  get #community(): string | undefined {
    const { session } = this.#parts;
    return session.staffOf(session.author().person)?.community;
  }

  get #isDesk(): boolean {
    const { role } = this.#parts.session.person();
    return this.#community !== undefined && (role === 'clerk' || role === 'head');
  }

  #facts(days: WorkingDays): DeskFacts {
    const { session } = this.#parts;
    return {
      today: session.today,
      days,
      user: session.author().person,
      nameOf: (user) => session.staffOf(user)?.name ?? user,
    };
  }

  #colleagues(): RequestView['colleagues'] {
    const { session } = this.#parts;
    const names = new Map([...session.model.grids.values()].map(({ code, name }) => [code, name]));
    const community = this.#community;
    return [...session.model.staff.values()]
      .filter((staff) => staff.community === community && staff.user !== session.author().person)
      .filter(({ left }) => left === undefined)
      .filter(({ role }) => role === 'worker' || role === 'clerk' || role === 'head')
      .map(({ user, name, grids }) => ({ user, name, grids: grids.map((code) => names.get(code) ?? code) }));
  }

  async #days(): Promise<WorkingDays> {
    return workingDaysOf(await this.#directory<Calendar>('calendar'));
  }

  #matters(): Promise<Matter[]> {
    return this.#directory<Matter>('matter');
  }

  async #directory<T>(type: 'calendar' | 'matter'): Promise<T[]> {
    const { documents } = await this.#parts.store.listByType(DIRECTORY, type);
    return documents.flatMap(({ body }) => {
      const parsed = parseDocument(type, body);
      return parsed.outcome === 'read' ? [parsed.document as T] : [];
    });
  }

  /** Where it has none and may have some, the server is asked meanwhile. */
  async #hasNumbers(): Promise<boolean> {
    const community = this.#community;
    if (community === undefined || !this.#isDesk) return false;
    if ((await readBlock(this.#parts.store, community)) !== undefined) return true;
    void this.#claim(community).catch(() => undefined);
    return false;
  }

  async #claim(community: string): Promise<void> {
    const { store, session, sync, ids, changed, chance } = this.#parts;
    if (this.#claiming || ids.nowMs() - this.#claimedAtMs < ASK_AGAIN_MS) return;
    this.#claiming = true;
    try {
      const remote = sync.remoteOf(communityScope(community));
      const author = session.author();
      const block = await claimBlock({ store, remote, community, author, ids, chance });
      if (block !== undefined) changed();
    } finally {
      this.#claiming = false;
      this.#claimedAtMs = ids.nowMs();
    }
  }
}
