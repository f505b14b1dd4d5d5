// A function stays under 50 lines of its own; a factory, whose methods stand inside it because there are no classes,
// does not count their lines but stays under 150 with them. Blank lines and comments count for nobody.
const OWN_LINES = 50;
const WHOLE_LINES = 150;

/** @type {import('eslint').Rule.RuleModule} */
export const functionLines = {
  meta: {
    type: 'suggestion',
    docs: { description: 'functions are short' },
    schema: [],
    messages: {
      own: 'This function has {{lines}} lines of its own, {{limit}} is the limit: it does more than one thing. Give a part of it a name and take it out.',
      whole:
        'This function has {{lines}} lines with those inside it, {{limit}} is the limit: what closes over the same state has become too much to see at once. Split the state.',
    },
  },
  create(context) {
    const code = codeLines(context.sourceCode);
    /** @type {{ node: any, nested: number }[]} */
    const open = [];
    const enter = (/** @type {any} */ node) => open.push({ node, nested: 0 });
    const leave = (/** @type {any} */ node) => {
      const whole = code.slice(node.loc.start.line, node.loc.end.line + 1).filter(Boolean).length;
      const own = whole - (open.pop()?.nested ?? 0);
      const outer = open.at(-1);
      // A function within one line is an expression of its outer one.
      if (outer && whole > 1) outer.nested += whole;
      const report = (
        /** @type {string} */ messageId,
        /** @type {number} */ lines,
        /** @type {number} */ limit,
      ) => context.report({ node, messageId, data: { lines: String(lines), limit: String(limit) } });
      if (own > OWN_LINES) report('own', own, OWN_LINES);
      else if (whole > WHOLE_LINES) report('whole', whole, WHOLE_LINES);
    };
    return {
      FunctionDeclaration: enter,
      FunctionExpression: enter,
      ArrowFunctionExpression: enter,
      'FunctionDeclaration:exit': leave,
      'FunctionExpression:exit': leave,
      'ArrowFunctionExpression:exit': leave,
    };
  },
};

/**
 * For each line, counted from 1, whether it has code.
 * @param {import('eslint').SourceCode} sourceCode
 */
function codeLines(sourceCode) {
  const code = [false];
  for (const token of sourceCode.ast.tokens) {
    for (let line = token.loc.start.line; line <= token.loc.end.line; line++) code[line] = true;
  }
  return code;
}
