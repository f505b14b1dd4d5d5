// What lies in the memory of a tablet's browser: the JavaScript heaps of a page and of all its workers, by the DevTools
// protocol (Target, HeapProfiler). Invariant: garbage is collected before a heap is read, so that what is found there is held
// by something.
import type { CDPSession, Page } from '@playwright/test';

interface Heap {
  /** `page`, `worker`. */
  kind: string;
  ask(method: string, params?: object): Promise<unknown>;
  /** Calls with each event of this heap; answers how to stop. */
  listen(hear: (method: string, params: { chunk?: string }) => void): () => void;
}

/** Which of these words stand in the heaps, and whose heaps those were. */
export async function findInHeaps(
  page: Page,
  words: readonly string[],
): Promise<{ found: string[]; heaps: string[] }> {
  const session = await page.context().newCDPSession(page);
  try {
    const heaps = await heapsOf(session);
    const left = new Set(words);
    for (const heap of heaps) {
      // Joined, so that one search a word goes over all strings.
      const text = (await stringsOf(heap)).join('\n');
      for (const word of left) if (text.includes(word)) left.delete(word);
    }
    return { found: words.filter((word) => !left.has(word)), heaps: heaps.map(({ kind }) => kind) };
  } finally {
    await session.detach();
  }
}

async function heapsOf(session: CDPSession): Promise<Heap[]> {
  const workers: Heap[] = [];
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) =>
    workers.push(heapOfWorker(session, sessionId, targetInfo.type)),
  );
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  return [heapOfPage(session), ...workers];
}

function heapOfPage(session: CDPSession): Heap {
  return {
    kind: 'page',
    ask: (method, params) => session.send(method as 'HeapProfiler.enable', params as undefined),
    listen(hear) {
      const heard = (params: { chunk: string }) => hear('HeapProfiler.addHeapSnapshotChunk', params);
      session.on('HeapProfiler.addHeapSnapshotChunk', heard);
      return () => session.off('HeapProfiler.addHeapSnapshotChunk', heard);
    },
  };
}

/** A worker is spoken to through its page. */
function heapOfWorker(session: CDPSession, sessionId: string, kind: string): Heap {
  let lastId = 0;
  const asked = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const hearers = new Set<Parameters<Heap['listen']>[0]>();
  session.on('Target.receivedMessageFromTarget', ({ sessionId: from, message }) => {
    if (from !== sessionId) return;
    const { id, method, params, result, error } = JSON.parse(message);
    if (id === undefined) for (const hear of hearers) hear(method, params);
    else if (error) asked.get(id)?.reject(new Error(error.message));
    else asked.get(id)?.resolve(result);
  });
  return {
    kind,
    ask(method, params = {}) {
      const id = ++lastId;
      const answered = new Promise<unknown>((resolve, reject) => asked.set(id, { resolve, reject }));
      const message = JSON.stringify({ id, method, params });
      return session.send('Target.sendMessageToTarget', { sessionId, message }).then(() => answered);
    },
    listen(hear) {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
  };
}

async function stringsOf(heap: Heap): Promise<string[]> {
  const chunks: string[] = [];
  const stop = heap.listen((method, { chunk }) => {
    if (method === 'HeapProfiler.addHeapSnapshotChunk' && chunk !== undefined) chunks.push(chunk);
  });
  await heap.ask('HeapProfiler.collectGarbage');
  await heap.ask('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  stop();
  return (JSON.parse(chunks.join('')) as { strings: string[] }).strings;
}
