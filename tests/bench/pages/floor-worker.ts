// The floor: what no replica can do without. One fetch of the documents, JSON.parse, one unsealed put for each in one
// relaxed transaction of IndexedDB as it is.
import { contestant } from './contest.ts';

interface ChangesAnswer {
  results: { doc: { _id: string } }[];
}

contestant(async ({ url }) => {
  const started = performance.now();
  const database = await opened();
  const response = await fetch(`${url}/_changes?include_docs=true&since=0`, { cache: 'no-store' });
  const { results } = JSON.parse(await response.text()) as ChangesAnswer;
  const transaction = database.transaction('documents', 'readwrite', { durability: 'relaxed' });
  const completed = new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
  const store = transaction.objectStore('documents');
  for (const { doc } of results) store.put(doc);
  await completed;
  const ms = performance.now() - started;
  return { ms, held: await counted(database) };
});

function opened(): Promise<IDBDatabase> {
  const request = indexedDB.open('floor', 1);
  request.onupgradeneeded = () => request.result.createObjectStore('documents', { keyPath: '_id' });
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function counted(database: IDBDatabase): Promise<number> {
  const request = database.transaction('documents').objectStore('documents').count();
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
