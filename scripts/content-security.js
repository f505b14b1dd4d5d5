// What a page of ours may load, and the headers of every answer: one table for Kit, which adds the hash of its own
// start script to pages, and for the front server, which sets it on everything else, workers included (security.md 1).
// Invariant: no inline script or style, nothing from elsewhere, nothing evaluated but WebAssembly, no text made markup.

/** @typedef {NonNullable<NonNullable<import('@sveltejs/kit').Config['kit']>['csp']>} KitPolicy */

/**
 * Directives as Kit takes them: keywords without quotes.
 * @satisfies {NonNullable<KitPolicy['directives']>}
 */
export const contentSecurity = {
  'default-src': ['none'],
  'script-src': ['self', 'wasm-unsafe-eval'],
  'style-src': ['self'],
  // The one style attribute there is: that of Kit's own announcer of pages, allowed by its text.
  'style-src-attr': ['unsafe-hashes', 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='],
  'img-src': ['self', 'data:', 'blob:'],
  'font-src': ['self'],
  'media-src': ['self', 'blob:'],
  'connect-src': ['self'],
  'worker-src': ['self'],
  'manifest-src': ['self'],
  'object-src': ['none'],
  'base-uri': ['none'],
  'form-action': ['self'],
  'frame-src': ['none'],
  'frame-ancestors': ['none'],
  // Text becomes markup or code by these few policies alone, in browsers that have them (W3C, Trusted Types).
  'require-trusted-types-for': ['script'],
  'trusted-types': ['svelte-trusted-html', 'app-worker', 'xforms-xml'],
};

const QUOTED = /^(none|self|wasm-unsafe-eval|unsafe-hashes|script|sha256-.*)$/;

/** The header's text. */
export function contentSecurityPolicy() {
  return Object.entries(contentSecurity)
    .map(([name, sources]) => {
      return [name, ...sources.map((source) => (QUOTED.test(source) ? `'${source}'` : source))].join(' ');
    })
    .join('; ');
}

/** For answers that are data and never a page: opened by themselves they can do nothing. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";
