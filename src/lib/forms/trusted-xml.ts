// The form engine reads XML by `DOMParser` and `innerHTML`, where Trusted Types refuse every text, whatever it is read as
// (Trusted Types, W3C, section 4.3). Invariant: what passes here runs nothing: XML in a document that is drawn nowhere,
// and one character's name (`&nbsp;`), which is no markup.

interface HtmlPolicy {
  createHTML(text: string): unknown;
}
interface TrustedTypesFactory {
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): HtmlPolicy;
}

const XML = new Set(['text/xml', 'application/xml']);
const ONE_CHARACTER = /^&#?[A-Za-z0-9]+;$/;
let policy: HtmlPolicy | undefined;

/**
 * From now on this page takes text as XML, as long as nothing draws it. A text read as a page is refused as before, and so
 * is markup set into this page. Where the browser has no Trusted Types, nothing changes.
 */
export function letXmlBeRead(): void {
  const factory = (globalThis as { trustedTypes?: TrustedTypesFactory }).trustedTypes;
  if (!factory || policy) return;
  const xml = factory.createPolicy('xforms-xml', { createHTML: (text) => text });
  policy = xml;
  const passed = (text: string) => xml.createHTML(text) as string;
  const { parseFromString } = DOMParser.prototype;
  DOMParser.prototype.parseFromString = function (this: DOMParser, text, type) {
    return parseFromString.call(this, XML.has(type) ? passed(text) : text, type);
  };
  const inner = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML')!;
  Object.defineProperty(Element.prototype, 'innerHTML', {
    ...inner,
    set(this: Element, text: string) {
      const inert = XML.has(this.ownerDocument.contentType) || ONE_CHARACTER.test(text);
      inner.set!.call(this, inert && typeof text === 'string' ? passed(text) : text);
    },
  });
}
