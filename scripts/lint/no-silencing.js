// No comment turns a check off: a rule that is wrong is changed in eslint.config.js, for everybody, with its reason.

const SILENCER = /eslint-(disable|enable)|@ts-(ignore|nocheck)|prettier-ignore/;

/** @type {import('eslint').Rule.RuleModule} */
export const noSilencing = {
  meta: {
    type: 'problem',
    docs: { description: 'no eslint-disable, no @ts-ignore' },
    schema: [],
    messages: {
      silenced:
        '`{{word}}` hides this line from a check that everybody trusts. Mend what it complains of; if the rule itself is wrong, change it in eslint.config.js and say why.',
    },
  },
  create(context) {
    /** @param {any} comment */
    const look = (comment) => {
      const [word] = SILENCER.exec(comment.value) ?? [];
      if (word) context.report({ loc: comment.loc, messageId: 'silenced', data: { word } });
    };
    return {
      Program: () => context.sourceCode.getAllComments().forEach(look),
      SvelteHTMLComment: look,
    };
  },
};
