// Time, chance and the world come to the pure layers and to sync as arguments: otherwise neither a test nor the
// simulator could make the same history twice.

const CLOCKS = new Set([
  'Date.now',
  'performance.now',
  'Math.random',
  'crypto.randomUUID',
  'crypto.getRandomValues',
]);
const WORLD = new Set([
  'window',
  'document',
  'navigator',
  'localStorage',
  'sessionStorage',
  'indexedDB',
  'caches',
]);

/** @type {import('eslint').Rule.RuleModule} */
export const fromOutside = {
  meta: {
    type: 'problem',
    docs: { description: 'no clock, no chance, no globals of the browser' },
    schema: [],
    messages: {
      clock:
        '`{{name}}` makes a history that nobody can make again. Take the time or the random source as an argument: device/ hands in the real one, tests and the simulator their own.',
      world:
        '`{{name}}` is the browser’s: this layer runs without one. Take what you need as an argument, behind a port.',
    },
  },
  create(context) {
    return {
      MemberExpression(/** @type {any} */ node) {
        const name = `${node.object.name}.${node.property.name}`;
        if (CLOCKS.has(name)) context.report({ node, messageId: 'clock', data: { name } });
      },
      NewExpression(/** @type {any} */ node) {
        if (node.callee.name !== 'Date' || node.arguments.length > 0) return;
        context.report({ node, messageId: 'clock', data: { name: 'new Date()' } });
      },
      Identifier(node) {
        if (!WORLD.has(node.name) || !context.sourceCode.isGlobalReference(node)) return;
        context.report({ node, messageId: 'world', data: { name: node.name } });
      },
    };
  },
};
