// Documents that somebody made to hurt the tablets that pull them (security.md 3), from a server that lets everything
// through. Each comes between two honest ones: those are there afterwards, the round is whole, and a save still works.
import { afterEach, describe, expect, it } from 'vitest';
import { parseDocument } from '#lib/domain/parse-document.ts';
import { aPouchServer, pouchRemote } from '#tests/fixtures/pouch-remote.ts';
import { aSyncingDevice, SCOPE } from '#tests/fixtures/syncing-device.ts';
import { aHostileServer, type HostileServer } from './hostile-server.ts';

const REV = `1-${'0123456789abcdef'.repeat(2)}`;
const MEGABYTE = 1024 * 1024;
let server: HostileServer | undefined;
afterEach(() => server?.close());

let seq = 0;
/** `fields`: JSON text of further fields. */
const row = (id: string, fields = '') =>
  `{"seq":"${++seq}-x","id":${JSON.stringify(id)},"changes":[{"rev":"${REV}"}],"doc":{"_id":${JSON.stringify(id)},"_rev":"${REV}"${fields}}}`;
const honest = (n: number) => row(`visit:honest-${n}`, ',"type":"visit","n":1');

/** `kept`: as harmless as any, and to be given back as it came. */
const HOSTILE: ['kept' | 'passed over', string, string][] = [
  [
    'passed over',
    'nested ten thousand deep',
    row('visit:deep', `,"type":"visit","a":${'['.repeat(10_000)}${']'.repeat(10_000)}`),
  ],
  [
    'passed over',
    'nested a million deep',
    row('visit:deeper', `,"type":"visit","a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`),
  ],
  [
    'kept',
    'with a text of 8 MB',
    row('visit:long', `,"type":"visit","a":"${'王'.repeat((8 * MEGABYTE) / 3)}"`),
  ],
  [
    'kept',
    'with __proto__ and constructor',
    row(
      'visit:proto',
      ',"type":"visit","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}',
    ),
  ],
  [
    'kept',
    'with halves of characters',
    row('visit:halves', String.raw`,"type":"visit","a":"\ud800","\udc00":"b"`),
  ],
  ['kept', 'with NUL', row('visit:nul', String.raw`,"type":"visit\u0000","a":"\u0000"`)],
  ['kept', 'named as a path', row('../../_users/org.couchdb.user:admin', ',"type":"visit"')],
  ['passed over', 'named as a prototype', row('__proto__', ',"type":"__proto__"')],
  ['passed over', 'named by 10,000 characters', row('v'.repeat(10_000), ',"type":"visit"')],
  [
    'passed over',
    'with another document’s id inside',
    row('visit:outer').replace('"_id":"visit:outer"', '"_id":"visit:honest-1"'),
  ],
  ['passed over', 'of a revision that is none', row('visit:rev').replaceAll(REV, 'not a revision')],
  ['passed over', 'of generation 1e308', row('visit:gen').replaceAll(REV, `${'9'.repeat(308)}-aa`)],
  ['kept', 'whose type is an object', row('visit:type', ',"type":{"toString":1},"schema":[]')],
  [
    'kept',
    'with attachments that are none',
    row('visit:att', ',"type":"visit","_attachments":{"a":{"stub":true,"digest":7}}'),
  ],
  [
    'kept',
    'of ten thousand conflicts',
    row(
      'visit:conf',
      `,"type":"visit","_conflicts":[${Array.from({ length: 10_000 }, (_, n) => `"1-${n.toString(16).padStart(32, '0')}"`).join(',')}]`,
    ),
  ],
];

describe('a hostile document', () => {
  it.each(HOSTILE)('is %s: %s; the others are all there', async (...[fate, , hostile]) => {
    server = await aHostileServer([honest(1), hostile, honest(2)]);
    const device = await aSyncingDevice(server.remote);
    let unfit = 0;
    for (let rounds = 0; rounds < 5; rounds++) {
      const { complete, scopes } = await device.round();
      unfit += scopes[0]?.pull?.unfit ?? 0;
      if (complete) break;
    }
    expect(unfit).toBe(fate === 'kept' ? 0 : 1);
    for (const n of [1, 2]) expect((await device.read(`visit:honest-${n}`))?.body).toMatchObject({ n: 1 });
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    await device.save({ _id: 'visit:mine', type: 'visit' });
    expect((await device.read('visit:mine'))?.body).toMatchObject({ type: 'visit' });
    const { documents } = await device.store.listByType('grid-110101001001001', 'visit');
    // What a screen makes of it: nothing, or a document of its schema; never a crash.
    for (const { body } of documents)
      expect(['read', 'unreadable', 'newer']).toContain(parseDocument('visit', body).outcome);
  });
});

describe('the weekly comparison with the server', () => {
  it.each([
    [
      'nested too deep',
      { _id: 'visit:deep', deep: JSON.parse('{"a":'.repeat(200) + '1' + '}'.repeat(200)) as unknown },
    ],
    ['of too long a name', { _id: `visit:${'v'.repeat(300)}` }],
  ])('comes to its end though a document there is %s', async (_how, hostile) => {
    const there = aPouchServer();
    const visit = (n: number) => ({ _id: `visit:${n}`, type: 'visit' });
    await there.bulkDocs([visit(1), { ...hostile, type: 'visit' }, visit(2)]);
    const device = await aSyncingDevice(pouchRemote(there));
    expect((await device.round()).scopes[0]?.pull?.unfit).toBe(1);
    device.session.compare.add(SCOPE);
    const report = await device.round({ lookAgain: true });
    expect(report).toMatchObject({ complete: true });
    expect(report.scopes[0]?.pull?.repair).toMatchObject({ fetched: 0 });
    for (const n of [1, 2]) expect((await device.read(`visit:${n}`))?.body).toEqual(visit(n));
  });
});
