// `rescue open`: work that its author could not open any more, back to where it belongs. Invariant: run twice, the second
// run changes nothing; what cannot be opened is told and holds up no other; no name is printed but of accounts; what its
// author could not have written is sent only where an administrator trusts it by its id.
import { typeOfId } from '#lib/domain/document-id.ts';
import { AdminError, type AdminCall, type AdminCommand, type AdminDone } from './admin-command.ts';
import { openEnvelope, type OpenedEnvelope, type Opening, type SealedEnvelope } from './open-envelope.ts';
import { knownPassphrase } from './organisation-key.ts';
import { readPrivateKey, type OpenedKey } from './private-key-file.ts';
import { readFromServer, readRescueFile, type ReadEnvelopes } from './read-rescue.ts';
import { rescueWords as words } from './rescue-words.ts';
import { readErasedIds } from './person/erased-ids.ts';
import { doubtsOf, type Doubted } from './rescue-authors.ts';
import { isSendable, sendRescued, type Sent } from './send-rescued.ts';

export const rescueOpen: AdminCommand = {
  name: 'rescue open',
  synopsis: 'FILE --key FILE | --from-server --key FILE',
  summary: '打开封件，送回各自的库 open sealed work and send it to where it belongs',
  help: `用私钥打开救援文件，或者平板交到服务器上的封件，按原来的编号和版本送进各自的库，再逐条确认。做几遍都一样。
Opens a rescue file, or what tablets handed in, with the private key; sends each document under its own id and revision to
its database and asks the server whether it is there. Doing it twice changes nothing.
  --key FILE      私钥文件；有旧密钥封的，可写多次 the private key; more than once where former keys are needed
  --from-server   打开平板交到服务器上的封件 what tablets handed in, instead of a file
  --dry-run       只打开、只计数，不送 open and count, send nothing
  --trust ID      作者核对不上也送这一条（文件编号，可写多次） send this document though its author is in doubt; more than once
谁都能用公钥封：作者的账号今天不能写进那个库的、名字对不上的，不送，逐条列出，看过再用 --trust。
Anybody can seal to a public key: what its author's account may not write there today, or what names another maker, is
listed and not sent. Look at each, then say --trust.
口令取自环境变量 KEY_PASSPHRASE，没有就询问。 The passphrase comes from KEY_PASSPHRASE, or is asked for.`,
  options: {
    key: { type: 'string', multiple: true },
    'from-server': { type: 'boolean' },
    'dry-run': { type: 'boolean' },
    trust: { type: 'string', multiple: true },
  },
  positionals: { least: 0, most: 1 },
  async run(call) {
    const keys = await openKeys(call);
    const sorted = await openAll(keys, await readFrom(call));
    const toldErased = await withoutErased(call, sorted.opened.filter(isSendable));
    const trusted = new Set(call.texts('trust'));
    const inQuestion = toldErased.staying.filter(({ id }) => !trusted.has(id));
    const doubted = inQuestion.length > 0 ? await doubtsOf(await call.connect(), inQuestion) : [];
    const kept = new Set(doubted.map(({ envelope }) => envelope));
    const sendable = toldErased.staying.filter((each) => !kept.has(each));
    const { erased } = toldErased;
    const unsendable = sorted.opened.length - toldErased.staying.length - erased;
    const toTell = { ...sorted, unsendable, erased, doubted };
    if (call.flag('dry-run')) return told(toTell, undefined);
    const sent = sendable.length > 0 ? await sendRescued((await call.connect()).client, sendable) : NOTHING;
    return told(toTell, sent);
  },
};

/** Itself, or about somebody who was erased since, or a part of what was. */
const isOfErased = ({ id, body }: OpenedEnvelope, erased: ReadonlySet<string>): boolean =>
  [id, body.resident, body.event, body.request].some((each) => typeof each === 'string' && erased.has(each));

/** What may go back, and how many may not. */
async function withoutErased(
  call: AdminCall,
  sendable: OpenedEnvelope[],
): Promise<{ staying: OpenedEnvelope[]; erased: number }> {
  if (sendable.length === 0) return { staying: [], erased: 0 };
  const ids = await readErasedIds((await call.connect()).client);
  const staying = sendable.filter((each) => !isOfErased(each, ids));
  return { staying, erased: sendable.length - staying.length };
}

const NOTHING: Sent = { present: 0, confirmed: 0, refused: new Map() };

async function openKeys(call: AdminCall): Promise<OpenedKey[]> {
  const files = call.texts('key');
  if (files.length === 0) throw new AdminError(words.noKey, 'usage');
  const keys: OpenedKey[] = [];
  for (const file of files) keys.push(await readPrivateKey(file, () => knownPassphrase(call.terminal, file)));
  return keys;
}

async function readFrom(call: AdminCall): Promise<ReadEnvelopes> {
  const [file] = call.positionals;
  if (call.flag('from-server')) {
    if (file !== undefined) throw new AdminError(words.twoSources, 'usage');
    return readFromServer(await call.connect());
  }
  if (file === undefined) throw new AdminError(words.noSource, 'usage');
  return readRescueFile(file);
}

interface Sorted {
  found: number;
  /** Each revision once, however often it was sealed. */
  opened: OpenedEnvelope[];
  damaged: number;
  /** How many, by the key they are sealed to. */
  otherKeys: Map<string, number>;
}

async function openAll(keys: readonly OpenedKey[], read: ReadEnvelopes): Promise<Sorted> {
  const { envelopes, unreadable } = read;
  const opened = new Map<string, OpenedEnvelope>();
  const sorted = { found: envelopes.length + unreadable, damaged: unreadable };
  const otherKeys = new Map<string, number>();
  for (const envelope of envelopes) {
    const opening = await openOne(keys, envelope);
    if (opening.outcome === 'damaged') sorted.damaged++;
    else if (opening.outcome === 'other-key')
      otherKeys.set(opening.keyId, (otherKeys.get(opening.keyId) ?? 0) + 1);
    else opened.set(`${envelope.scope}|${envelope.id}|${envelope.rev}`, opening.envelope);
  }
  return { ...sorted, opened: [...opened.values()], otherKeys };
}

function openOne(keys: readonly OpenedKey[], envelope: SealedEnvelope): Promise<Opening> {
  const key = keys.find(({ keyId }) => keyId === envelope.keyId);
  return key ? openEnvelope(key, envelope) : Promise.resolve({ outcome: 'other-key', keyId: envelope.keyId });
}

interface ToTell extends Sorted {
  unsendable: number;
  /** About somebody who was erased; not sent. */
  erased: number;
  doubted: readonly Doubted[];
}

const doubtLines = (doubted: readonly Doubted[]): string[] =>
  doubted.length === 0
    ? []
    : [
        words.doubted(doubted.length),
        ...doubted.map(({ envelope: { scope, id }, author, why }) =>
          words.doubt({ scope, id, author, why: words.why[why] }),
        ),
      ];

/** `sent` is undefined where nothing was to be sent. */
function told(
  { found, opened, damaged, otherKeys, unsendable, erased, doubted }: ToTell,
  sent: Sent | undefined,
): AdminDone {
  const byPlace = new Map<string, number>();
  for (const { scope, id } of opened) {
    const place = `${scope} ${typeOfId(id)}`;
    byPlace.set(place, (byPlace.get(place) ?? 0) + 1);
  }
  const refused = [...(sent?.refused ?? [])];
  const notSent = damaged + otherKeys.size + unsendable + doubted.length + refused.length;
  const isWhole = notSent === 0;
  const lines = [
    words.found(found),
    words.opened(opened.length),
    ...[...byPlace].sort().map(([place, count]) => {
      const [scope = '', type = ''] = place.split(' ');
      return words.line(scope, type, count);
    }),
    ...[...otherKeys].map(([keyId, count]) => words.otherKey(keyId, count)),
    ...(damaged > 0 ? [words.damaged(damaged)] : []),
    ...(unsendable > 0 ? [words.unsendable(unsendable)] : []),
    ...(erased > 0 ? [words.erased(erased)] : []),
    ...doubtLines(doubted),
    ...(sent ? receiptLines(sent, isWhole) : [words.dryRun]),
  ];
  const json = {
    ...{ found, opened: opened.length, damaged, unsendable },
    otherKeys: Object.fromEntries(otherKeys),
    byPlace: Object.fromEntries(byPlace),
    erased,
    doubted: doubted.map(({ envelope: { scope, id, rev }, author, why }) => ({
      scope,
      id,
      rev,
      author,
      why,
    })),
    ...(sent && { present: sent.present, confirmed: sent.confirmed, refused: Object.fromEntries(refused) }),
  };
  return { lines, json, exitCode: isWhole ? 0 : 1 };
}

function receiptLines({ present, confirmed, refused }: Sent, isWhole: boolean): string[] {
  return [
    words.present(present),
    confirmed > 0 ? words.confirmed(confirmed) : words.nothing,
    ...[...refused].map(([reason, count]) => words.refused(reason, count)),
    ...(isWhole && present + confirmed > 0 ? [words.allThere] : []),
  ];
}
