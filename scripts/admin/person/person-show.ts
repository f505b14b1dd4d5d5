// `person show`: a resident's right to see (个人信息保护法 45): what is held of her, where, from whom, and who looked. Writes
// nothing but that it was shown. Invariant: of documents in which she stands among others no more than their number and place
// is told, for the rest is theirs.
import { writeAdministered } from '../../people/administered.ts';
import type { AdminCommand, AdminServer } from '../admin-command.ts';
import { authorOf } from '../organisation-key.ts';
import { countHeld, linesOfCounts } from './count-held.ts';
import { findPerson, type FoundPerson } from './find-person.ts';
import { personWords as words } from './person-words.ts';
import { planErasure } from './plan-erasure.ts';
import { bodyOf, scanDatabase, type ScannedLeaf } from './scan-database.ts';

/** Of the document, not of her. */
const HEAD = new Set([
  '_id',
  'type',
  'schema',
  'salt',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'device',
  'at',
  'seen',
  'merged',
]);

interface Look {
  at: string;
  who: string;
  what: string;
  field: string;
  about: string;
}

export const personShow: AdminCommand = {
  name: 'person show',
  synopsis: '[RESIDENT …]',
  summary: '查一个人在系统里的全部记录 everything held of a person, and who looked',
  help: `查本人的全部记录：在哪些库、内容、谁写的，谁看过。--json 给出完整内容，可以交给本人。查看本身记入审计。
What is held of a person: in which databases, what it says and by whom, and who looked. --json has all of it, to be handed to
her. That it was shown stands in the audit.
  RESIDENT        档案编号 resident:…；不写就询问身份证号或姓名生日 id of a card; else it is asked for
姓名和号码不写在命令里：在终端里回答，或设环境变量 PERSON。 Names and numbers are asked for, or come from PERSON.`,
  options: {},
  positionals: { least: 0, most: 20 },
  async run(call) {
    const server = await call.connect();
    const found = await findPerson(call, server);
    const author = authorOf(call);
    await writeAdministered({ couch: server.couch, author }, found.communities, {
      ...{ did: 'personShown' as const, about: found.cards[0]!.card._id },
    });
    const { held, doubtful, sealed } = await planErasure(server, found, author);
    const about = held.filter(({ how }) => how === 'about');
    const looks = await whoLooked(server, found, new Set(about.map(({ id }) => id)));
    return {
      lines: [
        ...found.cards.flatMap(({ database, card }) => [words.card(card._id, database), ...fieldLines(card)]),
        ...linesOfCounts(countHeld(held)),
        ...(doubtful.length > 0 ? [words.doubtful(doubtful.length)] : []),
        ...(sealed > 0 ? [words.sealed(sealed)] : []),
        words.lookedTitle(looks.length),
        ...looks.map(words.looked),
      ],
      json: {
        held: about.map(({ database, id, leaves }) => ({ database, id, documents: leaves.map(shown) })),
        among: countHeld(held.filter(({ how }) => how === 'among')),
        ...{ doubtful: doubtful.length, sealedEnvelopes: sealed, looked: looks },
      },
    };
  },
};

const shown = (leaf: ScannedLeaf) => {
  const { salt: _salt, ...body } = bodyOf(leaf);
  return body;
};

/** Each field with who said it and when, where that is known; else who wrote the card. */
function fieldLines(card: Record<string, unknown>): string[] {
  const seen = (card.seen ?? {}) as Record<string, { by?: string; at?: string; how?: string } | undefined>;
  return Object.entries(card)
    .filter(([name]) => !HEAD.has(name))
    .map(([name, value]) => {
      const { by, at, how = '' } = seen[name] ?? { by: card.createdBy, at: card.createdAt };
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return words.field(name, text, `${String(by)} ${String(at)} ${how}`.trim());
    });
}

async function whoLooked(
  { client }: AdminServer,
  { databases }: FoundPerson,
  ids: ReadonlySet<string>,
): Promise<Look[]> {
  const looks: Look[] = [];
  for (const database of databases.filter((name) => name.startsWith('audit-')))
    for await (const { leaves } of scanDatabase(client, database))
      for (const { type, about, what, field, did, createdAt, createdBy } of leaves)
        if (type === 'audit' && ids.has(String(about)))
          looks.push({
            ...{ at: String(createdAt), who: String(createdBy), what: String(did ?? what) },
            ...{ field: String(field ?? ''), about: String(about) },
          });
  return looks.sort((a, b) => (a.at < b.at ? -1 : 1));
}
