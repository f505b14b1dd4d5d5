// What people did and were told: every save with its tokens, whether the screen called it saved, and which words it
// overwrote knowingly. It is kept outside of all tablets, so that it can be held against them.
import type { DocumentBody } from '#lib/protocol/document.ts';
import { tokensIn } from './device-view.ts';

export interface SavedToken {
  token: string;
  /** `scope|id`. */
  key: string;
  field: string;
  action: SavedAction;
  /** Saves that had these words before their eyes and put others in their place. */
  overwrittenBy: SavedAction[];
}

export interface SavedAction {
  number: number;
  device: string;
  /** The life of the tablet's database it went into; a wiped one begins another. */
  life: number;
  /** `begun`: nobody was told anything. `lost`: it was on a medium that is gone, and is counted. */
  state: 'begun' | 'saved' | 'not-saved' | 'lost' | 'given-up';
  /** By `scope|id`: the body of the last attempt. */
  bodies: Map<string, DocumentBody>;
  tokens: SavedToken[];
}

export interface Ledger {
  actions: SavedAction[];
  tokens: Map<string, SavedToken>;
  newToken(): string;
  begin(device: string, life: number): SavedAction;
  /** What the action is about to write over what was read; called again where it is planned anew. */
  plan(action: SavedAction, writes: readonly PlannedWrite[]): void;
}

export interface PlannedWrite {
  key: string;
  before: DocumentBody | undefined;
  after: DocumentBody;
}

export function newLedger(): Ledger {
  const actions: SavedAction[] = [];
  const tokens = new Map<string, SavedToken>();
  let made = 0;
  return {
    actions,
    tokens,
    newToken: () => `§${String(++made)}§`,
    begin(device, life) {
      const action: SavedAction = {
        number: actions.length,
        device,
        life,
        state: 'begun',
        bodies: new Map(),
        tokens: [],
      };
      actions.push(action);
      return action;
    },
    plan(action, writes) {
      for (const { overwrittenBy } of tokens.values()) {
        const at = overwrittenBy.indexOf(action);
        if (at >= 0) overwrittenBy.splice(at, 1);
      }
      action.tokens = [];
      for (const { key, before, after } of writes) {
        action.bodies.set(key, after);
        for (const field of new Set([...Object.keys(before ?? {}), ...Object.keys(after)])) {
          if (field === 'at' || field === 'seen') continue;
          const was = tokensIn(before?.[field]);
          const is = tokensIn(after[field]);
          for (const gone of was) if (!is.includes(gone)) tokens.get(gone)?.overwrittenBy.push(action);
          for (const made of is) if (!was.includes(made)) enter({ token: made, key, field, action });
        }
      }
    },
  };

  function enter(made: Omit<SavedToken, 'overwrittenBy'>): void {
    // Words carried along, a clash somebody else's: only whoever makes a token owns it.
    if (tokens.has(made.token) && tokens.get(made.token)!.action !== made.action) return;
    const token: SavedToken = { ...made, overwrittenBy: [] };
    tokens.set(made.token, token);
    made.action.tokens.push(token);
  }
}
