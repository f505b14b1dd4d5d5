// Bundles: up to a hundred documents of one type sealed as one. A first download is stored in them, and new documents that are
// confirmed together, as IndexedDB takes its time by the put and WebCrypto by the call (12,000 puts of a document: 0.8 s;
// 240 of a bundle of fifty: 0.1 s).
// Invariants: the additional data names every document and revision inside, so that a bundle opens as what it stands for
// or not at all; a document that changes leaves its bundle, which is sealed anew without it.
import { typeOfId } from '#lib/domain/document-id.ts';
import type { Scope } from '#lib/protocol/document.ts';
import { unlessDamaged } from './damaged.ts';
import { contentOf, heldOf, type HeldDocument } from './document-records.ts';
import { pack, unpack, type Packed } from './packed.ts';
import type { BundleRow, DocumentContent } from './rows.ts';
import { sealJson, unsealJson, type Place } from './sealing.ts';
import type { StoreContext } from './store-context.ts';

export type BundledDocument = HeldDocument & { id: string };

const BUNDLE_SIZE = 100;

export const bundleKey = (scope: Scope, id: string) => `${scope}|${id}`;
export const bundledIds = ({ scope, keys }: BundleRow) => keys.map((key) => key.slice(scope.length + 1));

/** Documents of any types, each once, in as few bundles as there can be. */
export function sealBundles(
  store: StoreContext,
  scope: Scope,
  documents: readonly BundledDocument[],
): Promise<BundleRow[]> {
  const byType = new Map<string, BundledDocument[]>();
  for (const document of documents) {
    const type = typeOfId(document.id);
    const alike = byType.get(type);
    if (alike) alike.push(document);
    else byType.set(type, [document]);
  }
  const bundles: Promise<BundleRow>[] = [];
  for (const [type, alike] of byType) {
    for (let from = 0; from < alike.length; from += BUNDLE_SIZE) {
      bundles.push(sealBundle(store, { scope, type }, alike.slice(from, from + BUNDLE_SIZE)));
    }
  }
  return Promise.all(bundles);
}

async function sealBundle(
  store: StoreContext,
  of: { scope: Scope; type: string },
  documents: readonly BundledDocument[],
): Promise<BundleRow> {
  const keys = documents.map(({ id }) => bundleKey(of.scope, id));
  const revs = documents.map(({ rev }) => rev);
  const refs = documents.map(({ body }) => store.referenceOf(body)).filter((ref) => ref !== undefined);
  const sealed = await sealJson(store.cipher, placeOf({ ...of, keys, revs }), packContents(documents));
  return { ...of, keys, revs, refs: [...new Set(refs)], sealed };
}

function placeOf({ scope, type, keys, revs }: Pick<BundleRow, 'scope' | 'type' | 'keys' | 'revs'>): Place {
  return { table: 'bundles', scope, id: type, rev: keys.map((key, n) => `${key}@${revs[n]!}`).join(',') };
}

/** What stands in a bundle. */
interface PackedContents {
  bodies: Packed[];
  /** By place what there is beside a body, of those few that have it. */
  beside: [place: number, Omit<DocumentContent, 'body'>][];
}

function packContents(documents: readonly BundledDocument[]): PackedContents {
  const contents = documents.map(contentOf);
  const beside = contents.flatMap(({ body: _body, ...more }, n): PackedContents['beside'] =>
    Object.keys(more).length > 0 ? [[n, more]] : [],
  );
  return { bodies: pack(contents.map(({ body }) => body)), beside };
}

function unpackContents({ bodies, beside }: PackedContents): DocumentContent[] {
  const contents = unpack(bodies).map((body): DocumentContent => ({ body }));
  for (const [place, more] of beside) Object.assign(contents[place]!, more);
  return contents;
}

/** What may stand in a bundle: before schema 4 the contents lay there one by one. */
export type BundleContents = PackedContents | DocumentContent[];

/** In the order of the bundle's keys. */
export const contentsIn = (contents: BundleContents): DocumentContent[] =>
  Array.isArray(contents) ? contents : unpackContents(contents);

/** What was sealed, in the order of the bundle's keys. Throws `tampered`. */
export async function unsealContents(store: StoreContext, bundle: BundleRow): Promise<DocumentContent[]> {
  return contentsIn(await unsealJson<BundleContents>(store.cipher, placeOf(bundle), bundle.sealed));
}

/** The same as documents that are held. */
export async function unsealBundle(store: StoreContext, bundle: BundleRow): Promise<BundledDocument[]> {
  const contents = await unsealContents(store, bundle);
  const ids = bundledIds(bundle);
  return contents.map((content, n) => ({ id: ids[n]!, ...heldOf(bundle.revs[n]!, content) }));
}

/** The bundle sealed anew without these documents, a damaged one as it lies; null where none is left. */
export async function bundleWithout<B extends BundleRow>(
  store: StoreContext,
  bundle: B,
  ids: ReadonlySet<string>,
): Promise<B | null> {
  const documents = await unlessDamaged(unsealBundle(store, bundle));
  if (!documents) return namesWithout(bundle, ids);
  const left = documents.filter(({ id }) => !ids.has(id));
  return left.length === 0 ? null : { ...bundle, ...(await sealBundle(store, bundle, left)) };
}

/** What can no longer be read is still known to be there, and told. */
function namesWithout<B extends BundleRow>(bundle: B, ids: ReadonlySet<string>): B | null {
  const all = bundledIds(bundle);
  const left = <T>(of: readonly T[]) => of.filter((_each, n) => !ids.has(all[n]!));
  const keys = left(bundle.keys);
  return keys.length === 0 ? null : { ...bundle, keys, revs: left(bundle.revs) };
}
