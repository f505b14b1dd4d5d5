// The one reference that stands in the clear beside a sealed document, so that a household's events are found without
// unsealing the others. It is a random id and tells nothing (security.md 2).

/** The household an event belongs to; undefined for documents that are read by type. */
export function opaqueReferenceOf(body: Readonly<Record<string, unknown>>): string | undefined {
  return body.type === 'visit' && typeof body.household === 'string' ? body.household : undefined;
}
