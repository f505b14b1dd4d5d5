// A tab's connection to its database, in virtual time: a transaction is a task, its answer another, so that a tab can
// die before, between and after. Invariant: transactions of one database run in the order they were asked for.
import { StorageFault } from '#lib/protocol/storage-fault.ts';
import type { Tables, Transacting } from '#lib/storage/tables.ts';
import type { Dice } from './dice.ts';
import type { Agent, VirtualTime } from './virtual-time.ts';

export interface DiskPorts {
  time: VirtualTime;
  agent: Agent;
  dice: Dice;
  /** Of this database, shared by all tabs: when the last transaction asked for will run. */
  queue: { untilMs: number };
  /** Whether the quota is exceeded as this transaction commits. */
  isFull(): boolean;
  /** A transaction was committed. */
  afterRun(how: Transacting): void | Promise<void>;
}

export interface ScheduledTables extends Tables {
  /** The browser closed the connection: whatever comes now fails. */
  lose(): void;
}

export function scheduledTables(tables: Tables, ports: DiskPorts): ScheduledTables {
  const { time, agent, dice, queue } = ports;
  let lost = false;
  return {
    close: () => tables.close(),
    lose: () => (lost = true),
    transaction: (how, work) =>
      new Promise((resolve, reject) => {
        queue.untilMs = Math.max(queue.untilMs, time.nowMs() + dice.delay(0, how.mode === 'strict' ? 30 : 5));
        // What was only read is answered at once: nothing happens between.
        const answers = (act: () => void) =>
          how.mode === 'read' ? act() : void time.schedule(agent, dice.delay(0, 3), act);
        time.schedule(agent, queue.untilMs - time.nowMs(), async () => {
          try {
            if (lost) throw new StorageFault('closed');
            const result = await tables.transaction(how, async (rows) => {
              const done = await work(rows);
              if (how.mode !== 'read' && ports.isFull())
                throw new DOMException('no room', 'QuotaExceededError');
              return done;
            });
            await ports.afterRun(how);
            answers(() => resolve(result));
          } catch (error) {
            answers(() => reject(error instanceof Error ? error : new Error(String(error))));
          }
        });
      }),
  };
}
