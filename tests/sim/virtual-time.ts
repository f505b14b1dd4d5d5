// Time that passes only by what happens in it: everything a history does is a task at a moment, and tasks run one after
// another. Invariants: of two tasks the earlier runs first, of two of one moment the one planned first; a task of a dead
// tab never runs, one of a frozen tab waits until it thaws; before the next task all that followed from the last one has
// come to rest.

/** Whose task it is: a tab that can be killed and frozen. */
export interface Agent {
  readonly name: string;
  dead: boolean;
  frozen: boolean;
}

export interface VirtualTime {
  /** Milliseconds since 1970, the true ones. */
  nowMs(): number;
  /** Runs `act` after so many milliseconds; the function answered calls it off. */
  schedule(agent: Agent | undefined, delayMs: number, act: () => void | Promise<void>): () => void;
  /** What was held back while it was frozen runs now. */
  thaw(agent: Agent): void;
  /** Runs everything due in the next so many milliseconds. */
  pass(ms: number): Promise<void>;
  /** Runs on while `pending`, so many milliseconds at most; answers whether it is pending still. */
  passWhile(pending: () => boolean, atMostMs: number): Promise<boolean>;
  /** How many tasks have run. */
  steps(): number;
}

interface Task {
  atMs: number;
  ordinal: number;
  agent: Agent | undefined;
  act: () => void | Promise<void>;
}

const START_MS = Date.UTC(2026, 10, 22, 1);

/** All that follows from a task without waiting for another: promises, nothing else. */
const toRest = () => new Promise<void>((resolve) => setImmediate(resolve));

/** `afterStep` is called after each task; what it throws ends the run. */
export function newVirtualTime(afterStep: () => void | Promise<void>): VirtualTime {
  let nowMs = START_MS;
  let ordinals = 0;
  let steps = 0;
  let waiting: Task[] = [];
  const held: Task[] = [];

  const insert = (task: Task) => {
    let at = waiting.length;
    while (at > 0 && waiting[at - 1]!.atMs > task.atMs) at--;
    waiting.splice(at, 0, task);
  };
  const step = async (untilMs: number): Promise<boolean> => {
    for (;;) {
      const task = waiting[0];
      if (!task || task.atMs > untilMs) return false;
      waiting.shift();
      if (task.agent?.dead) continue;
      if (task.agent?.frozen) {
        held.push(task);
        continue;
      }
      nowMs = Math.max(nowMs, task.atMs);
      steps++;
      await task.act();
      await toRest();
      await afterStep();
      return true;
    }
  };
  return {
    nowMs: () => nowMs,
    steps: () => steps,
    schedule(agent, delayMs, act) {
      const task: Task = { atMs: nowMs + Math.max(0, delayMs), ordinal: ++ordinals, agent, act };
      insert(task);
      return () => {
        waiting = waiting.filter((each) => each !== task);
        const at = held.indexOf(task);
        if (at >= 0) held.splice(at, 1);
      };
    },
    thaw(agent) {
      agent.frozen = false;
      for (const task of held.filter((each) => each.agent === agent)) {
        held.splice(held.indexOf(task), 1);
        insert({ ...task, atMs: nowMs });
      }
    },
    async pass(ms) {
      const untilMs = nowMs + ms;
      while (await step(untilMs));
      nowMs = untilMs;
    },
    async passWhile(pending, atMostMs) {
      const untilMs = nowMs + atMostMs;
      while (pending()) if (!(await step(untilMs))) return pending();
      return false;
    },
  };
}
