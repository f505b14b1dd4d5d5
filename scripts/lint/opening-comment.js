// A file opens by saying what it is and the invariant it keeps; the next reader starts there.

/** @type {import('eslint').Rule.RuleModule} */
export const openingComment = {
  meta: {
    type: 'suggestion',
    docs: { description: 'a file opens with what it is' },
    schema: [],
    messages: {
      missing:
        'This file does not say what it is. Open it with a comment: what it is, and the invariant it keeps (in Svelte, `<!-- … -->` or the first lines of the script).',
    },
  },
  create(context) {
    const { sourceCode } = context;
    return {
      'Program:exit'(/** @type {any} */ program) {
        const first = sourceCode.text.trimStart();
        if (
          first.startsWith('//') ||
          first.startsWith('/*') ||
          first.startsWith('<!--') ||
          first.startsWith('#!')
        )
          return;
        const script = program.body.find((/** @type {any} */ node) => node.type === 'SvelteScriptElement');
        if (script && /^<script[^>]*>\s*\/[/*]/.test(sourceCode.getText(script))) return;
        context.report({ loc: { line: 1, column: 0 }, messageId: 'missing' });
      },
    };
  },
};
