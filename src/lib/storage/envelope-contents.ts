// What of an edit and of a photo goes into its envelope: all that a rescue needs, and no more.
import type { EnvelopeContent, EnvelopePlace, RowEnvelope } from '#lib/protocol/envelope.ts';
import type { Revision } from '#lib/protocol/revision.ts';
import type { PhotoContent } from './photo-rows.ts';
import { wholePath } from './whole-path.ts';
import type { EditContent } from './rows.ts';
import type { StoreContext } from './store-context.ts';

interface Standing {
  scope: string;
  id: string;
  savedAt: number;
}

/** Of its newest revision. */
export async function sealOfEdit(
  store: Pick<StoreContext, 'outbox'>,
  { scope, id, savedAt }: Standing,
  edit: EditContent,
): Promise<RowEnvelope | undefined> {
  const path = wholePath(edit);
  const rev = path[0] as Revision;
  return sealForOrganisation(store, { kind: 'document', scope, id, rev }, { path, body: edit.body, savedAt });
}

/** Of a saved photo; undefined while its bytes have no key of their own. */
export async function sealOfPhoto(
  store: Pick<StoreContext, 'outbox'>,
  { scope, id, savedAt }: Standing,
  { digest, key, document }: PhotoContent,
): Promise<RowEnvelope | undefined> {
  if (!document || key === undefined) return undefined;
  const { rev, body } = document;
  const content = { path: [rev], body, savedAt, photo: { digest, key } };
  return sealForOrganisation(store, { kind: 'photo', scope, id, rev }, content);
}

/** Undefined where there is nobody to seal it to, yet. */
async function sealForOrganisation(
  { outbox }: Pick<StoreContext, 'outbox'>,
  place: EnvelopePlace,
  content: EnvelopeContent,
): Promise<RowEnvelope | undefined> {
  return outbox.sealer?.seal(place, new TextEncoder().encode(JSON.stringify(content)));
}
