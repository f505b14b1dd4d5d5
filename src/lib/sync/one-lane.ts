// One task at a time beside the caller. What a task throws is thrown to whoever waits next; nothing is swallowed.

export interface Lane {
  /** Waits for the task under way, then starts this one without waiting for it. */
  run(task: () => Promise<void>): Promise<void>;
  /** Waits until nothing is under way. */
  idle(): Promise<void>;
}

export function newLane(): Lane {
  let underWay: Promise<{ error: unknown } | undefined> = Promise.resolve(undefined);
  const idle = async () => {
    const failed = await underWay;
    if (failed) throw failed.error;
  };
  return {
    idle,
    async run(task) {
      await idle();
      underWay = task().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
    },
  };
}
