// The one reference that stands in the clear beside a sealed document, so that a household's or a request's events are found without
// unsealing the others. It is a random id and tells nothing (security.md 2).

/** The household a visit belongs to, the request a step does; undefined for documents that are read by type. */
export function opaqueReferenceOf(body: Readonly<Record<string, unknown>>): string | undefined {
  const ref =
    body.type === 'visit' ? body.household : body.type === 'request-step' ? body.request : undefined;
  return typeof ref === 'string' ? ref : undefined;
}
