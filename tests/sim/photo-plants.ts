// Bugs planted in what becomes of photos.
import { PHOTO_ATTACHMENT } from '#lib/domain/photo.ts';
import type { PhotoQueue } from '#lib/protocol/photo-queue.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { ReplicaStore } from '#lib/protocol/replica-store.ts';
import type { Tables } from '#lib/storage/tables.ts';
import { PHOTOS } from './photo-plan.ts';
import type { Planting, SimDevice } from './sim-device.ts';

const overQueue = (over: (queue: PhotoQueue) => Partial<PhotoQueue>): Planting => ({
  replica(replica) {
    const { photos } = replica as ReplicaStore & { photos: PhotoQueue };
    const planted: ReplicaStore & { photos: PhotoQueue } = {
      ...replica,
      photos: { ...photos, ...over(photos) },
    };
    return planted;
  },
});

const tablesOf = new WeakMap<SimDevice, Tables>();

/** What waits is taken for a copy of what the server has. */
async function dropWaiting(device: SimDevice): Promise<number> {
  const how = { mode: 'relaxed' as const, tables: ['photos' as const, 'photoBytes' as const] };
  return tablesOf.get(device)!.transaction(how, async (rows) => {
    const ids = (await rows.photos.where('state').equals('waiting').toArray()).map(({ id }) => id);
    await rows.photos.bulkDelete(ids);
    await rows.photoBytes.bulkDelete(ids);
    return ids.length;
  });
}

/** Whatever the server names, it is what was sent. */
function withoutComparing(remote: Remote): Remote {
  const sent = new Map<string, string>();
  return {
    ...remote,
    bulkDocs(documents) {
      for (const { _id, _attachments } of documents) {
        const attachments = _attachments as Record<string, { digest: string }> | undefined;
        if (attachments) sent.set(_id, attachments[PHOTO_ATTACHMENT]!.digest);
      }
      return remote.bulkDocs(documents);
    },
    async bulkGet(wanted) {
      const answer = await remote.bulkGet(wanted);
      if (answer.outcome === 'fault') return answer;
      const results = answer.value.results.map(({ id, docs }) => ({
        id,
        docs: docs.map(({ ok, ...rest }) => ({
          ...rest,
          ...(ok && { ok: { ...ok, _attachments: { [PHOTO_ATTACHMENT]: { digest: sent.get(id) } } } }),
        })),
      }));
      return { outcome: 'answered', value: { results } as typeof answer.value };
    },
  };
}

export const PHOTO_PLANTS = {
  'photo-sent-unconfirmed': overQueue((queue) => ({ postponePhoto: (id) => queue.confirmPhoto(id) })),
  'photo-dropped-unconfirmed': {
    tables(tables, device) {
      tablesOf.set(device, tables);
      return tables;
    },
    store: (store, device) => ({
      ...store,
      photos: { ...store.photos, tidy: () => dropWaiting(device) },
    }),
  },
  'photo-digest-not-compared': {
    remote: (remote, _device, scope) => (scope === PHOTOS ? withoutComparing(remote) : remote),
  },
  'lost-photos-unseen': overQueue(() => ({ listSentPhotos: async () => [] })),
} satisfies Record<string, Planting>;
