// Inside a Dexie transaction nothing is called that leaves IndexedDB: no WebCrypto, no sealing, no network.
// IndexedDB ends a transaction that has nothing to do while another promise settles: the save is then half done.

const CRYPTO = new Set([
  ...['encrypt', 'decrypt', 'sign', 'verify', 'digest', 'generateKey', 'deriveKey', 'deriveBits'],
  ...['importKey', 'exportKey', 'wrapKey', 'unwrapKey'],
]);
const SEALING = /^(un)?seal(?![a-z])/;
const NETWORK = /^(fetch|sendBeacon)$/;

/** @type {import('eslint').Rule.RuleModule} */
export const foreignAwait = {
  meta: {
    type: 'problem',
    docs: { description: 'no WebCrypto, sealing or fetch inside a transaction' },
    schema: [],
    messages: {
      foreign:
        '`{{call}}` inside a transaction ends it before its work is done, and what follows is lost or fails. Seal or fetch before the transaction opens, unseal after it has closed, and inside it check again that the base has not moved.',
      hidden:
        '`{{through}}` is called inside a transaction and calls `{{call}}`, which ends it before its work is done. Seal or fetch before the transaction opens, unseal after it has closed, and inside it check again that the base has not moved.',
    },
  },
  create(context) {
    const { scopeManager } = context.sourceCode;
    return {
      CallExpression(/** @type {any} */ node) {
        if (nameOfCall(node) !== 'transaction') return;
        for (const argument of node.arguments) {
          const body = functionMeant(argument, scopeManager);
          if (!body) continue;
          for (const call of foreignCalls(body, scopeManager, new Set())) {
            const data = { call: call.text, through: call.through ?? '' };
            context.report({ node: call.node, messageId: call.through ? 'hidden' : 'foreign', data });
          }
        }
      },
    };
  },
};

/**
 * Calls below a node that leave IndexedDB, those made by functions of the same file that are called there included.
 * @param {any} root
 * @param {import('eslint').Scope.ScopeManager} scopes
 * @param {Set<unknown>} seen
 * @returns {{ node: any, text: string, through?: string }[]}
 */
function foreignCalls(root, scopes, seen) {
  if (seen.has(root)) return [];
  seen.add(root);
  return nodesBelow(root)
    .filter((node) => node.type === 'CallExpression')
    .flatMap((node) => {
      const text = foreignName(node);
      if (text) return [{ node, text }];
      const called = node.callee.type === 'Identifier' ? functionMeant(node.callee, scopes) : undefined;
      if (!called) return [];
      return foreignCalls(called, scopes, seen).map((call) => ({
        node,
        text: call.text,
        through: node.callee.name,
      }));
    });
}

/** @param {any} call */
function foreignName(call) {
  const name = nameOfCall(call);
  if (!name) return undefined;
  if (SEALING.test(name) || NETWORK.test(name)) return name;
  if (!CRYPTO.has(name) || call.callee.type !== 'MemberExpression') return undefined;
  const owner = call.callee.object;
  const ownerName = owner.type === 'MemberExpression' ? owner.property.name : owner.name;
  return /^(subtle|crypto|webcrypto)$/i.test(ownerName ?? '') ? `${ownerName}.${name}` : undefined;
}

/** @param {any} call @returns {string | undefined} */
function nameOfCall(call) {
  return call.callee.type === 'MemberExpression' ? call.callee.property.name : call.callee.name;
}

/**
 * The function an expression is, or names in this file.
 * @param {any} node
 * @param {import('eslint').Scope.ScopeManager} scopes
 */
function functionMeant(node, scopes) {
  if (/Function/.test(node.type)) return node;
  if (node.type !== 'Identifier') return undefined;
  const reference = scopes.scopes
    .flatMap((scope) => scope.references)
    .find((each) => each.identifier === node);
  const definition = /** @type {any} */ (reference?.resolved?.defs[0]?.node);
  if (!definition) return undefined;
  return [definition, definition.init].find((each) => each && /Function/.test(each.type));
}

/** @param {any} root @returns {any[]} */
function nodesBelow(root) {
  const nodes = [];
  const waiting = [root];
  while (waiting.length > 0) {
    const node = waiting.pop();
    nodes.push(node);
    for (const [key, value] of Object.entries(node)) {
      if (key === 'parent' || key === 'loc' || key === 'range') continue;
      for (const child of Array.isArray(value) ? value : [value]) {
        if (child && typeof child === 'object' && typeof child.type === 'string') waiting.push(child);
      }
    }
  }
  return nodes;
}
