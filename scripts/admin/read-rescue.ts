// Sealed envelopes from where they come: a rescue file, or the communities' databases. Invariant: what does not parse is
// counted and hides no other; of a file nothing is taken that is no base64, no revision, no id.
import { Buffer } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { ENVELOPE_ATTACHMENT } from '#lib/domain/envelope-document.ts';
import { RESCUE_FILE } from '#lib/protocol/rescue-file.ts';
import { ProvisionError } from '../provision/provision-error.ts';
import { AdminError, type AdminServer } from './admin-command.ts';
import type { SealedEnvelope } from './open-envelope.ts';
import { rescueWords as words } from './rescue-words.ts';

export interface ReadEnvelopes {
  envelopes: SealedEnvelope[];
  /** No envelopes at all, though they lay among them. */
  unreadable: number;
}

const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')));
const envelopeSchema = z.object({
  kind: z.enum(['document', 'photo']),
  scope: z.string().max(200),
  id: z.string().regex(/^[A-Za-z0-9:-][A-Za-z0-9:_-]{0,199}$/),
  rev: z.string().regex(/^[1-9]\d{0,8}-[0-9A-Za-z]{1,64}$/),
  keyId: z.string().regex(/^[0-9a-f]{32}$/),
  ephemeral: bytes,
  sealed: bytes,
  bytes: bytes.optional(),
});
const fileSchema = z.object({
  what: z.literal(RESCUE_FILE),
  version: z.literal(1),
  envelopes: z.array(z.unknown()),
});

export async function readRescueFile(file: string): Promise<ReadEnvelopes> {
  let text;
  try {
    text = await readFile(file, 'utf8');
  } catch (fault) {
    throw new AdminError(words.cannotRead(file, (fault as NodeJS.ErrnoException).code ?? ''));
  }
  const read = fileSchema.safeParse(jsonOf(text));
  if (!read.success) throw new AdminError(words.noRescueFile(file));
  return sorted(read.data.envelopes);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sorted(found: readonly unknown[]): ReadEnvelopes {
  const envelopes: SealedEnvelope[] = [];
  for (const each of found) {
    const read = envelopeSchema.safeParse(each);
    if (!read.success) continue;
    const { bytes: photo, ...envelope } = read.data;
    envelopes.push({ ...envelope, ...(photo && { bytes: photo }) });
  }
  return { envelopes, unreadable: found.length - envelopes.length };
}

const COMMUNITY = /^community-\d{12}$/;
const PAGE = 200;
const rowsSchema = z.looseObject({
  rows: z.array(z.looseObject({ id: z.string(), doc: z.looseObject({}).nullish() })),
});
const carriedSchema = z.looseObject({
  _attachments: z.looseObject({ [ENVELOPE_ATTACHMENT]: z.looseObject({ data: z.string() }) }),
});

/** Everything handed in by tablets, whatever was opened of it before. Throws a `ProvisionError`. */
export async function readFromServer({ client, couch }: AdminServer): Promise<ReadEnvelopes> {
  const found: unknown[] = [];
  for (const database of [...(await couch.listDatabases())].filter((name) => COMMUNITY.test(name))) {
    let from = 'envelope:';
    for (;;) {
      const page = await ask(client, `/${database}/_all_docs?${rangeFrom(from)}`);
      const { rows } = rowsSchema.parse(page);
      for (const { id, doc } of rows) found.push(await fieldsOf(client, `/${database}/${id}`, doc ?? {}));
      if (rows.length < PAGE) break;
      // No id begins with the last one and goes on.
      from = `${rows.at(-1)!.id}0`;
    }
  }
  return sorted(found);
}

const rangeFrom = (from: string) =>
  `include_docs=true&limit=${PAGE}&startkey=${encodeURIComponent(JSON.stringify(from))}&endkey=${encodeURIComponent(JSON.stringify('envelope:\uffff'))}`;

async function fieldsOf(
  client: AdminServer['client'],
  path: string,
  { document, revision, ...rest }: Record<string, unknown>,
): Promise<unknown> {
  const fields = { ...rest, id: document, rev: revision };
  if (rest.kind !== 'photo') return fields;
  const carried = carriedSchema.safeParse(await ask(client, `${path}?attachments=true`));
  return carried.success
    ? { ...fields, bytes: carried.data._attachments[ENVELOPE_ATTACHMENT]!.data }
    : fields;
}

async function ask(client: AdminServer['client'], path: string): Promise<unknown> {
  const answer = await client.request('GET', path);
  if (answer.outcome === 'unreachable') throw new ProvisionError('unreachable', answer.reason);
  if (answer.status >= 300) throw new ProvisionError('refused', `GET ${path}: ${answer.status}`);
  return answer.body;
}
