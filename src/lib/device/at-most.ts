// Waiting for a worker that may hang, or be dead: then it would not answer for ever.

/** Answers what the work answers, throws what it throws; after so long it is over in any case. */
export async function atMost(work: Promise<void>, longestMs: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => (timer = setTimeout(resolve, longestMs)));
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
