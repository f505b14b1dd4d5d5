// Text for people stands in src/messages, in two languages, never in code: no Chinese in strings and templates, and
// in Svelte markup no word of any language. Regular expressions may have Chinese: they read input, nobody reads them.
import { fromRoot } from '../layers.js';

const HAN = /\p{Script=Han}/u;
const WORD = /\p{L}{2,}/u;
const SPOKEN_ATTRIBUTES = new Set(['aria-label', 'aria-description', 'alt', 'title', 'placeholder', 'label']);

/** Where Chinese is data: the codes' own words, and the words of a form's questions and answers. */
const CHINESE_IS_DATA = ['src/lib/domain/code-sets/', 'src/lib/forms/definitions/'];

/** @type {import('eslint').Rule.RuleModule} */
export const wordsInCode = {
  meta: {
    type: 'problem',
    docs: { description: 'text for people lives in the message catalogues' },
    schema: [],
    messages: {
      chinese:
        'Chinese text in code ({{text}}) cannot be read in the second language, nor mended by who writes the texts. Put it into src/messages/zh-CN and src/messages/en and say `m.…()`. What is a code’s own word belongs into {{places}}.',
      markup:
        'Words in markup ({{text}}) are seen in one language only. Put them into src/messages/zh-CN and src/messages/en and say `{m.…()}`.',
    },
  },
  create(context) {
    const file = fromRoot(context.cwd, context.filename);
    const free = /\.test\.ts$/.test(file) || CHINESE_IS_DATA.some((place) => file.startsWith(place));
    if (!file.startsWith('src/') || free) return {};
    /** @param {any} node @param {string} text */
    const chinese = (node, text) => {
      if (!HAN.test(text)) return;
      context.report({
        node,
        messageId: 'chinese',
        data: { text: shortened(text), places: CHINESE_IS_DATA.join(', ') },
      });
    };
    /** @param {any} node @param {string} text */
    const markup = (node, text) => {
      if (WORD.test(text)) context.report({ node, messageId: 'markup', data: { text: shortened(text) } });
    };
    return {
      Literal: (node) => (typeof node.value === 'string' ? chinese(node, node.value) : undefined),
      TemplateElement: (node) => chinese(node, node.value.cooked ?? node.value.raw),
      SvelteText: (/** @type {any} */ node) => {
        const parent = node.parent.type;
        if (parent !== 'SvelteStyleElement' && parent !== 'SvelteScriptElement') markup(node, node.value);
      },
      SvelteLiteral: (/** @type {any} */ node) => {
        if (SPOKEN_ATTRIBUTES.has(node.parent.key?.name)) markup(node, node.value);
        else chinese(node, node.value);
      },
    };
  },
};

/** @param {string} text */
function shortened(text) {
  const flat = text.trim().replace(/\s+/g, ' ');
  return flat.length > 24 ? `${flat.slice(0, 24)}…` : flat;
}
