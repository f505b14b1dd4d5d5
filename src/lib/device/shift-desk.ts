// The shift of one open device: handing it in, the receipts kept, the board of a community, the check before the round.
// Invariant: what it tells of the server was asked of the server in this call; all else is read from the store.
import type { RoundFacts } from './round-facts.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { DIRECTORY, communityOfGrid, communityScope } from '#lib/domain/scopes.ts';
import { boardView, type BoardView } from '#lib/domain/shift-board.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { FieldSession } from './field-session.ts';
import { handIn, type HandInOutcome } from './hand-in.ts';
import { KeptShifts } from './kept-shifts.ts';
import { missingThere } from './missing-there.ts';
import { readOpenDays, receiptsOf, sinceShift, type WorkSource } from './own-work.ts';
import { receiptView, type ReceiptView } from './receipt-view.ts';
import type { SyncRunner } from './sync-runner.ts';

export interface ShiftDeskParts {
  store: DeviceStore;
  session: FieldSession;
  sync: Pick<SyncRunner, 'uploadAnew' | 'remoteOf'>;
  ids: IdSource;
}

export class ShiftDesk {
  readonly #parts: ShiftDeskParts;
  readonly #shifts: KeptShifts;

  constructor(parts: ShiftDeskParts) {
    this.#parts = parts;
    this.#shifts = new KeptShifts(parts.store);
  }

  close(): void {
    this.#shifts.close();
  }

  /** The community she hands in to; undefined for who works above communities. */
  get #community(): string | undefined {
    const { user, role, grids } = this.#parts.session.person();
    const card = this.#parts.session.staffOf(user);
    if (card?.community !== undefined) return card.community;
    return role === 'worker' && grids[0] ? communityOfGrid(grids[0].code) : undefined;
  }

  #source(): WorkSource {
    const { store, session } = this.#parts;
    return { store, model: session.model, eventScopes: session.eventScopes() };
  }

  /** See hand-in.ts. `notHers`: nobody asks this person to hand in. */
  async handIn(): Promise<HandInOutcome | { outcome: 'notHers' }> {
    const { session, sync, ids } = this.#parts;
    const community = this.#community;
    if (community === undefined) return { outcome: 'notHers' };
    return handIn({
      ...this.#source(),
      author: () => session.author(),
      ids,
      community,
      grids: session.person().grids.map(({ code }) => code),
      upload: () => sync.uploadAnew(),
      missing: (scope, documents) => missingThere(sync.remoteOf(scope), documents),
    }).finally(() => this.#shifts.forget());
  }

  /** Hers, newest first, those that are still on their way among them. */
  async receipts(): Promise<ReceiptView[]> {
    const community = this.#community;
    if (community === undefined) return [];
    const { person } = this.#parts.session.author();
    const shifts = await this.#shifts.of([communityScope(community)]);
    return shifts.filter(({ shift }) => shift.person === person).map(receiptView);
  }

  /** Reads `shift` documents and the directory, nothing else. */
  async board(scanned?: string): Promise<BoardView> {
    const { session } = this.#parts;
    const { model } = session;
    const prefix = communityScope('');
    const scopes = session.scopes().filter((scope) => scope.startsWith(prefix));
    return boardView(
      {
        staff: [...model.staff.values()],
        gridNames: new Map([...model.grids.values()].map(({ code, name }) => [code, name])),
        communities: scopes.map((scope) => scope.slice(prefix.length)),
        shifts: (await this.#shifts.of(scopes)).filter(({ waiting }) => !waiting),
      },
      session.today,
      scanned,
    );
  }

  async beforeRound(): Promise<RoundFacts> {
    const { session } = this.#parts;
    const { newer, damaged } = session.unreadable();
    const held = new Set([...session.model.scopes.values()]);
    const shift = await this.#shiftFacts();
    return {
      today: session.today,
      unreadable: newer + damaged,
      households: session.model.households.size,
      gridsMissing: held.has(DIRECTORY)
        ? session
            .person()
            .grids.filter(({ code }) => !held.has(`grid-${code}`))
            .map(({ name }) => name)
        : [],
      ...(shift ? { shift } : {}),
    };
  }

  async #shiftFacts(): Promise<RoundFacts['shift']> {
    const { store, session } = this.#parts;
    const community = this.#community;
    if (community === undefined) return undefined;
    const { person, device, now } = session.author();
    const whose = { person, tablet: device };
    const [last] = receiptsOf(await this.#shifts.of([communityScope(community)]), { ...whose, now });
    const [earliest] = await readOpenDays(store, sinceShift(whose, last));
    return {
      ...(last ? { lastAt: last.shift.handedInAt, lastOn: last.shift.on } : {}),
      ...(earliest !== undefined && earliest < session.today ? { openSince: earliest } : {}),
    };
  }
}
