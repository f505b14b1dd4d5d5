import memdown from 'memdown';
import { describe, expect, it } from 'vitest';
import { openDocumentStore } from './document-store.ts';
import { type LevelEngine } from './level-engine.ts';
import { levelStorage } from './level-storage.ts';

const revision = {
  path: { start: 1, ids: ['a'] },
  deleted: false,
  attachments: {},
  bytes: new Map<string, Buffer>(),
};

/** memdown, telling with which options each batch came, and failing those it is told to. */
function watched(location: string) {
  const told: { options: object; operations: number }[] = [];
  const failing = { next: false };
  const engine: LevelEngine = (at) => {
    const handle = (memdown as unknown as LevelEngine)(at);
    const batch = handle._batch.bind(handle);
    handle._batch = (operations, options, callback) => {
      told.push({ options, operations: operations.length });
      if (!failing.next) return batch(operations, options, callback);
      failing.next = false;
      callback(new Error('disk full'));
    };
    return handle;
  };
  return { told, failing, open: () => openDocumentStore(location, levelStorage(engine)) };
}

describe('a database on LevelDB', () => {
  it('waits for the disk with every batch, and writes a thousand documents in one', async () => {
    const { told, open } = watched(`synced-${process.pid}`);
    const store = await open();
    const writes = Array.from({ length: 1000 }, (_, at) => ({
      revision: { ...revision, id: `d${at}`, fieldsJson: `{"at":${at}}` },
      known: undefined,
    }));
    await store.store(writes);
    await store.writeLocal('_local/x', { v: 1 });
    expect(told.map(({ options }) => options)).toEqual([
      expect.objectContaining({ sync: true }),
      expect.objectContaining({ sync: true }),
    ]);
    expect(told[0]?.operations).toBe(2002);
    expect([store.docCount(), store.sequences.highest()]).toEqual([1000, 1000]);
    await store.destroy();
  });

  it('whose disk refuses a batch has none of it, and goes on', async () => {
    const { failing, open } = watched(`refused-${process.pid}`);
    const store = await open();
    const write = (id: string) =>
      store.store([{ revision: { ...revision, id, fieldsJson: '{}' }, known: undefined }]);
    await write('a');
    failing.next = true;
    await expect(write('b')).rejects.toThrow('disk full');
    expect([store.docCount(), store.sequences.highest(), await store.metadata(['b'])]).toEqual([
      1,
      1,
      [undefined],
    ]);
    await write('c');
    expect((await store.metadata(['c']))[0]?.seq).toBe(2);
    expect(store.docCount()).toBe(2);
    await store.destroy();
  });
});
