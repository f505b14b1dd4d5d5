// Bugs that were never made, planted around the ports of the product to try the simulator itself: each must be caught.
// They live here alone; nothing in src knows that it can be wrong on purpose.
import type { DocumentBody } from '#lib/protocol/document.ts';
import type { Remote } from '#lib/protocol/remote.ts';
import type { ReplicaStore } from '#lib/protocol/replica-store.ts';
import { nextRevision } from '#lib/protocol/revision.ts';
import type { Tables } from '#lib/storage/tables.ts';
import { MERGE_PLANTS } from './merge-plants.ts';
import { PHOTO_PLANTS } from './photo-plants.ts';
import { ROLE_PLANTS } from './role-plants.ts';
import type { Planting, SimDevice } from './sim-device.ts';

/** The answer of a server to a push that it took. */
const isTaken = (rows: readonly { error?: string | undefined }[]) => rows.every(({ error }) => !error);

const overRemote = (over: (remote: Remote, device: SimDevice) => Partial<Remote>): Planting => ({
  remote: (remote, device) => ({ ...remote, ...over(remote, device) }),
});
const overReplica = (
  over: (replica: ReplicaStore, device: SimDevice) => Partial<ReplicaStore>,
): Planting => ({ replica: (replica, device) => ({ ...replica, ...over(replica, device) }) });

const freshDigest = ({ dice }: SimDevice) =>
  Array.from({ length: 32 }, () => '0123456789abcdef'[dice.below(16)]!).join('');

/** A new revision at every try: a lost answer makes the same work twice. */
function freshRevisions(remote: Remote, device: SimDevice): Partial<Remote> {
  const sent = new Map<string, string>();
  const nameOf = (id: string, rev: string) => `${id} ${rev}`;
  return {
    bulkDocs: (documents) =>
      remote.bulkDocs(
        documents.map((document) => {
          const { _id, _rev, _revisions } = document;
          const [, ...older] = _revisions.ids;
          const digest = freshDigest(device);
          const rev = `${String(_revisions.start)}-${digest}`;
          sent.set(nameOf(_id, _rev), rev);
          return { ...document, _rev: rev, _revisions: { ..._revisions, ids: [digest, ...older] } };
        }),
      ),
    async revsDiff(revisions) {
      const asked = Object.entries(revisions).map(
        ([id, revs]) => [id, revs.map((rev) => sent.get(nameOf(id, rev)) ?? rev)] as const,
      );
      const answer = await remote.revsDiff(Object.fromEntries(asked));
      if (answer.outcome === 'fault') return answer;
      const missing = Object.keys(answer.value).map((id) => [id, { missing: [...(revisions[id] ?? [])] }]);
      return { outcome: 'answered', value: Object.fromEntries(missing) as typeof answer.value };
    },
  };
}

const withoutTurns = (tables: Tables): Tables => ({
  close: () => tables.close(),
  transaction: ({ mode, tables: names }, work) => tables.transaction({ mode, tables: names }, work),
});

/** What the device wrote is what the server says, whatever it says. */
const alwaysVouched = (remote: Remote, device: SimDevice, scope: string): Partial<Remote> => ({
  async getLocal(id) {
    const answer = await remote.getLocal(id);
    const checkpoint = device.view.checkpoints.get(scope);
    const known = checkpoint?.vouched ?? checkpoint?.offered;
    if (answer.outcome === 'fault' || !known) return answer;
    const said: DocumentBody = { ...answer.value, ...known };
    return { outcome: 'answered', value: said };
  },
});

export const PLANTED_BUGS = {
  ...MERGE_PLANTS,
  ...PHOTO_PLANTS,
  ...ROLE_PLANTS,
  'checkpoint-before-data': overReplica((replica) => ({
    async storePulled(prepared, checkpoint) {
      await replica.putCheckpoint(prepared.scope, checkpoint);
      await replica.storePulled(prepared, checkpoint);
    },
  })),
  'poison-stops-the-batch': overRemote((remote) => ({
    async bulkDocs(documents) {
      const answer = await remote.bulkDocs(documents);
      if (answer.outcome === 'fault' || isTaken(answer.value)) return answer;
      return { outcome: 'fault', kind: 'busy', status: 503 };
    },
  })),
  'edit-deleted-by-id': overReplica((replica) => ({
    async confirm(scope, confirmed) {
      const waiting = await replica.readWaiting(
        scope,
        confirmed.map(({ id }) => id),
        Infinity,
      );
      const newest = new Map(waiting.map(({ id, path }) => [id, path[0]!]));
      await replica.confirm(
        scope,
        confirmed.map(({ id, rev }) => ({ id, rev: newest.get(id) ?? rev })),
      );
    },
  })),
  'fresh-revision-per-retry': overRemote(freshRevisions),
  'sequences-as-numbers': overRemote((remote) => ({
    async changes(query) {
      const answer = await remote.changes(query);
      if (answer.outcome === 'fault') return answer;
      const since = parseInt(String(query.since), 10);
      const results = answer.value.results.filter(({ seq }) => !(parseInt(String(seq), 10) <= since));
      return { outcome: 'answered', value: { ...answer.value, results } };
    },
  })),
  'saved-before-commit': {
    store: (store) => ({
      ...store,
      async saveAction(puts, draftKey) {
        void store.saveAction(puts, draftKey).catch(() => undefined);
        return { outcome: 'saved', revs: puts.map(({ basedOn, body }) => nextRevision(basedOn, body)) };
      },
    }),
  },
  'two-tabs-pushing': { unlocked: true, tables: withoutTurns },
  'empty-answer-is-failure': overRemote((remote) => ({
    async bulkDocs(documents) {
      const answer = await remote.bulkDocs(documents);
      if (answer.outcome === 'fault' || answer.value.length > 0) return answer;
      return { outcome: 'fault', kind: 'busy', status: 500 };
    },
  })),
  'tombstone-unseen': overReplica((replica, device) => ({
    preparePulled: (scope, rows, expectNothing) =>
      replica.preparePulled(
        scope,
        rows.filter(({ id, deleted }) => !deleted || !device.view.edits.has(`${scope}|${id}`)),
        expectNothing,
      ),
  })),
  'rollback-unseen': {
    remote: (remote, device, scope) => ({ ...remote, ...alwaysVouched(remote, device, scope) }),
    replica: (replica) => ({ ...replica, listUnproven: async () => [] }),
  },
  'clash-with-herself': overReplica((replica) => ({
    async preparePulled(scope, rows, expectNothing) {
      const waiting = await replica.readWaiting(
        scope,
        rows.map(({ id }) => id),
        Infinity,
      );
      await replica.markAttempted(
        scope,
        waiting.map(({ id, path }) => ({ id, rev: path[0]! })),
      );
      return replica.preparePulled(scope, rows, expectNothing);
    },
  })),
  'repair-without-a-path': {
    replica: (replica) => ({
      ...replica,
      readHeld: async (scope, wanted) =>
        (await replica.readHeld(scope, wanted)).map((leaf) => ({ ...leaf, path: [leaf.rev] })),
    }),
    remote: (remote) => ({
      ...remote,
      async revsDiff(revisions) {
        const answer = await remote.revsDiff(revisions);
        if (answer.outcome === 'fault') return answer;
        const joined = Object.entries(answer.value).map(([id, said]) => [
          id,
          { ...said, possible_ancestors: said.missing },
        ]);
        return { outcome: 'answered', value: Object.fromEntries(joined) as typeof answer.value };
      },
    }),
  },
  'forbidden-taken-for-rejections': overRemote((remote) => ({
    async bulkDocs(documents) {
      const answer = await remote.bulkDocs(documents);
      if (answer.outcome === 'answered' || answer.kind !== 'forbidden') return answer;
      const rows = documents.map(({ _id }) => ({ id: _id, error: 'forbidden', reason: 'not allowed' }));
      return { outcome: 'answered', value: rows };
    },
    async revsDiff(revisions) {
      const answer = await remote.revsDiff(revisions);
      if (answer.outcome === 'answered' || answer.kind !== 'forbidden') return answer;
      const missing = Object.entries(revisions).map(([id, revs]) => [id, { missing: [...revs] }]);
      return { outcome: 'answered', value: Object.fromEntries(missing) as never };
    },
  })),
} satisfies Record<string, Planting>;

export type PlantedBug = keyof typeof PLANTED_BUGS;
