// `person erase`: a resident's right to be forgotten, carried out (个人信息保护法 47; docs/adr/0010). Invariants: nothing is done
// before its reason is given; what is printed and kept says how many and where, never who; done is what was read back.
import { writeFile } from 'node:fs/promises';
import { headOf, type Author } from '#lib/domain/document-head.ts';
import { newDocumentId } from '#lib/domain/document-id.ts';
import { redactorOf } from '#lib/domain/erasure/words-of-person.ts';
import { DIRECTORY } from '#lib/domain/scopes.ts';
import { withoutNumbers } from '#lib/domain/without-numbers.ts';
import { writeAdministered } from '../../people/administered.ts';
import { systemChance } from '../../system-chance.ts';
import {
  AdminError,
  type AdminCall,
  type AdminCommand,
  type AdminDone,
  type AdminServer,
} from '../admin-command.ts';
import { authorOf } from '../organisation-key.ts';
import { compactDatabases } from './compact-databases.ts';
import { countHeld, linesOfCounts, type HeldCount } from './count-held.ts';
import { findPerson, type FoundPerson } from './find-person.ts';
import { personWords as words } from './person-words.ts';
import { planErasure, type ErasurePlan } from './plan-erasure.ts';
import { tabletsToReach } from './tablets-to-reach.ts';
import { endCards, writeErasure } from './write-erasure.ts';

/** What tablets sent in while she went is found by the next look. */
const LOOKS = 3;
const COMPACTION_MS = 30 * 60_000;

export const personErase: AdminCommand = {
  name: 'person erase',
  synopsis: '[RESIDENT …] --reason TEXT [--receipt FILE]',
  summary: '按本人申请删除一个人 erase a person at her request, everywhere',
  help: `从名册、专档、走访、照片、受理、封件和各平板删除一个人；和别人一起的记录去掉本人后重写；压缩数据库，旧版本也读不到。
From rosters, care, visits, photos, the desk, sealed envelopes and, at their next contact, every tablet. What tells of others
too is written anew without her. Databases are compacted, so that no earlier revision is left.
  RESIDENT        档案编号 resident:…；不写就询问身份证号或姓名生日 id of a card; else it is asked for
  --reason TEXT   为什么删，记入审计 why, for the audit
  --receipt FILE  回执写到哪里，默认当前目录 where the receipt goes; default: this folder
姓名和号码不写在命令里：在终端里回答，或设环境变量 PERSON。 Names and numbers are asked for, or come from PERSON.`,
  options: { reason: { type: 'string' }, receipt: { type: 'string' } },
  positionals: { least: 0, most: 20 },
  destroys: true,
  async run(call) {
    const reason = call.text('reason');
    if (reason === undefined || reason.trim() === '') throw new AdminError(words.noReason, 'usage');
    const server = await call.connect();
    const found = await findPerson(call, server);
    const author = authorOf(call);
    const plan = await planErasure(server, found, author);
    const lines = linesOfPlan(plan);
    if (call.dryRun)
      return {
        lines: [...lines, words.dryRun],
        json: { dryRun: true, ...countsOf(plan), held: countHeld(plan.held) },
      };
    const why = redactorOf(found.erasing.words)(withoutNumbers(reason)).slice(0, 200);
    return erase(call, { server, found, plan, author, why });
  },
};

const countsOf = ({ ends, written, changes, doubtful, sealed }: ErasurePlan) => ({
  ...{ ended: ends.length, written: written.length, changed: changes.length },
  ...{ doubtful: doubtful.map(({ id }) => id), sealed },
});

function linesOfPlan(plan: ErasurePlan): string[] {
  const { ends, written, changes, doubtful, sealed } = plan;
  return [
    ...linesOfCounts(countHeld(plan.held)),
    words.ends(ends.length),
    ...(written.length > 0 ? [words.written(written.length)] : []),
    ...(changes.length > 0 ? [words.changed(changes.length)] : []),
    ...(doubtful.length > 0
      ? [words.doubtful(doubtful.length), ...doubtful.map(({ database, id }) => `  ${database}  ${id}`)]
      : []),
    ...(sealed > 0 ? [words.sealed(sealed)] : []),
  ];
}

interface Erasing {
  server: AdminServer;
  found: FoundPerson;
  plan: ErasurePlan;
  author: Author;
  why: string;
}

/** What is kept of an erasure. */
interface Receipt {
  _id: string;
  type: 'erasure';
  at: string;
  by: string;
  why: string;
  ids: string[];
  held: HeldCount[];
  written: number;
  changed: number;
  /** What was not or cannot be reached. */
  notReached: {
    sealedEnvelopes: number;
    /** Documents in which somebody of the same name stands. */
    doubtful: string[];
    left: number;
    stillCompacting: string[];
    backupsBefore: string;
    tablets: string[] | 'not known';
  };
}

async function erase(call: AdminCall, { server, found, plan, author, why }: Erasing): Promise<AdminDone> {
  const { communities, databases } = found;
  const ids = { nowMs: () => Date.parse(author.now), ...systemChance };
  const _id = newDocumentId('erasure', ids);
  await writeAdministered({ couch: server.couch, author }, communities, {
    ...{ did: 'personErased' as const, about: _id, count: plan.ends.length, why },
  });
  let left = plan;
  const ended = new Set<string>();
  for (let look = 0; look < LOOKS && hasWork(left); look++) {
    for (const { id } of left.ends) ended.add(id);
    await listErased(server, { _id, author, ids: [...ended] });
    await writeErasure(server, left, author);
    if (onlyCards(await planErasure(server, found, author))) await endCards(server, left, author);
    left = await planErasure(server, found, author);
  }
  const late = await compactDatabases(server.client, databases, COMPACTION_MS);
  const count = left.ends.length + left.changes.length;
  const receipt: Receipt = {
    ...{ _id, type: 'erasure', at: author.now, by: author.person, why, ids: [...ended] },
    ...{ held: countHeld(plan.held), written: plan.written.length, changed: plan.changes.length },
    notReached: {
      ...{ sealedEnvelopes: left.sealed, doubtful: left.doubtful.map(({ id }) => id), left: count },
      ...{ stillCompacting: late, backupsBefore: author.now, tablets: await tabletsToReach(server) },
    },
  };
  await listErased(server, { author, ...receipt });
  const file = call.text('receipt') ?? `${_id.replace(':', '-')}.json`;
  await writeReceipt(file, receipt);
  return {
    lines: linesOf(receipt, plan, file),
    json: { ...receipt, file },
    exitCode: count + late.length > 0 ? 1 : 0,
  };
}

const hasWork = ({ ends, changes, written }: ErasurePlan) =>
  ends.length + changes.length + written.length > 0;
const onlyCards = ({ ends, changes }: ErasurePlan) =>
  changes.length === 0 && ends.every(({ type }) => type === 'resident');

/** The directory's word, first of all and again whenever there is more to say. */
async function listErased(
  { couch }: AdminServer,
  { _id, author, ...said }: { _id: string; author: Author; ids: string[] } & Partial<Receipt>,
): Promise<void> {
  const before = await couch.readDocument(DIRECTORY, _id);
  const head = before ?? { ...headOf(author, systemChance), at: author.now, by: author.person };
  await couch.putDocument(DIRECTORY, { ...head, ...said, _id, type: 'erasure', updatedAt: author.now });
}

async function writeReceipt(file: string, receipt: Receipt): Promise<void> {
  await writeFile(file, `${JSON.stringify(receipt, undefined, 2)}\n`, { flag: 'wx', mode: 0o600 }).catch(
    (fault: unknown) => {
      const { code = '' } = fault as NodeJS.ErrnoException;
      throw new AdminError(code === 'EEXIST' ? words.fileThere(file) : words.cannotWrite(file, code));
    },
  );
}

function linesOf({ _id, at, notReached }: Receipt, plan: ErasurePlan, file: string): string[] {
  const { left, stillCompacting, tablets } = notReached;
  return [
    ...linesOfPlan(plan),
    words.done(_id),
    ...(left > 0 ? [words.left(left)] : []),
    ...(stillCompacting.length > 0 ? [words.late(stillCompacting)] : []),
    tablets === 'not known' ? words.tabletsUnknown : words.tablets(tablets.length),
    words.backups(at),
    words.receipt(file),
  ];
}
