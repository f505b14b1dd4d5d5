// A restored server is the server it was: its sequences, too.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nextRevision, toRevisionPath } from '#lib/protocol/revision.ts';
import type { RevisionedDocument } from '#lib/protocol/remote.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { diceOf } from './dice.ts';
import { newRealServer, type RealServer } from './real-server.ts';

const SCOPE = 'grid-1';
const body = { _id: 'household:1', type: 'household' };
const revs = [nextRevision(undefined, body)];
revs.unshift(nextRevision(revs[0], { ...body, notes: ['seen'] }));
revs.unshift(nextRevision(revs[0], { ...body, notes: ['seen', 'seen again'] }));

/** By age: 0 is the youngest. */
const aged = (age: number): RevisionedDocument => ({
  ...body,
  ...(age < 2 && { notes: ['seen', 'seen again'].slice(0, 2 - age) }),
  _rev: revs[age]!,
  _revisions: toRevisionPath(revs.slice(age)),
});

describe.each([
  { wholeBatches: true, sent: 'the younger revision first', ages: [0, 1], isWritten: [1, 0] },
  { wholeBatches: true, sent: 'the elder revision first', ages: [1, 0], isWritten: [1, 0] },
  { wholeBatches: false, sent: 'the younger revision first', ages: [0, 1], isWritten: [0] },
  { wholeBatches: false, sent: 'the elder revision first', ages: [1, 0], isWritten: [1, 0] },
])('two revisions of a document sent at once, $sent (whole batches: $wholeBatches)', (given) => {
  const written: string[] = [];
  const opened: { server?: RealServer } = {};
  const ask = async (method: string, path: string, asked?: unknown) => {
    const request = { method, database: SCOPE, path, body: asked, person: 'alice' };
    const temper = { dice: diceOf('real server'), sequenceFormat: 0, repeats: 0 };
    return (await opened.server!.handle(request, temper)).json;
  };
  const lastSequence = async () =>
    ((await ask('GET', '/_changes?since=0&limit=100')) as { last_seq: unknown }).last_seq;

  beforeAll(async () => {
    const server = newRealServer({
      async open() {
        const db = aPouchServer();
        return { remote: pouchRemote(db), destroy: () => db.destroy() };
      },
      pageRows: 1000,
      wholeBatches: given.wholeBatches,
      onWrite: (_database, { _rev }) => void written.push(_rev),
    });
    opened.server = server;
    await server.make(SCOPE);
    server.roles.set('alice', new Set([SCOPE]));
    await server.write(SCOPE, aged(2));
    written.length = 0;
    await ask('POST', '/_bulk_docs', { docs: given.ages.map(aged), new_edits: false });
  });
  afterAll(() => opened.server?.close());

  it('are told of if the server keeps their bodies', () => {
    expect(written).toEqual(given.isWritten.map((age) => revs[age]));
  });

  it('leave a server that is restored behind them at the sequence it had', async () => {
    const before = await lastSequence();
    await ask('PUT', '/_local/tablet', { since: before, nonce: 'nonce-1' });
    await opened.server!.restore(opened.server!.logLength());
    expect(await ask('GET', '/_local/tablet')).toMatchObject({ since: before, nonce: 'nonce-1' });
    expect(await lastSequence()).toBe(before);
  });
});
