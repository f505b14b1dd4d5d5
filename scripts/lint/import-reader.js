// Reads every way one module can name another: import, export from, import(), import type, import.meta.glob and
// new URL(…, import.meta.url) (workers). A way that is not read here is a hole in the wall between the layers.

/**
 * @typedef {object} ImportFound
 * @property {string} specifier the module's name, without `?query`
 * @property {boolean} typesOnly nothing of it is there when the program runs
 * @property {import('eslint').Rule.Node} node where to complain
 */

/**
 * A visitor for ESLint that calls `found` once for each module named, and `unreadable` where the name is computed.
 * @param {(found: ImportFound) => void} found
 * @param {(node: import('eslint').Rule.Node) => void} unreadable
 * @returns {import('eslint').Rule.RuleListener}
 */
export function importReader(found, unreadable) {
  /** @param {any} node @param {any} source @param {boolean} typesOnly */
  const read = (node, source, typesOnly) => {
    const specifier = literalText(source);
    if (specifier === undefined) unreadable(node);
    else found({ specifier: specifier.replace(/\?.*$/, ''), typesOnly, node });
  };
  return {
    ImportDeclaration: (/** @type {any} */ node) =>
      read(node, node.source, isTypesOnly(node, node.importKind)),
    ExportNamedDeclaration: (/** @type {any} */ node) => {
      if (node.source) read(node, node.source, isTypesOnly(node, node.exportKind));
    },
    ExportAllDeclaration: (/** @type {any} */ node) => read(node, node.source, node.exportKind === 'type'),
    ImportExpression: (/** @type {any} */ node) => read(node, node.source, false),
    TSImportType: (/** @type {any} */ node) => read(node, node.source ?? node.argument?.literal, true),
    TSImportEqualsDeclaration: (/** @type {any} */ node) => {
      if (node.moduleReference.expression)
        read(node, node.moduleReference.expression, node.importKind === 'type');
    },
    CallExpression: (/** @type {any} */ node) => {
      if (node.callee.name === 'require') read(node, node.arguments[0], false);
      if (isImportMeta(node.callee.object) && node.callee.property.name === 'glob') {
        const patterns =
          node.arguments[0]?.type === 'ArrayExpression' ? node.arguments[0].elements : [node.arguments[0]];
        for (const pattern of patterns) read(node, pattern, false);
      }
    },
    NewExpression: (/** @type {any} */ node) => {
      const [address, base] = node.arguments;
      if (node.callee.name === 'URL' && base?.property?.name === 'url' && isImportMeta(base.object)) {
        read(node, address, false);
      }
    },
  };
}

/** @param {any} node @param {string | undefined} kind */
function isTypesOnly(node, kind) {
  if (kind === 'type') return true;
  const specifiers = node.specifiers ?? [];
  return (
    specifiers.length > 0 &&
    specifiers.every((/** @type {any} */ each) => each.importKind === 'type' || each.exportKind === 'type')
  );
}

/** @param {any} node */
function isImportMeta(node) {
  return node?.type === 'MetaProperty' && node.meta.name === 'import';
}

/** @param {any} node @returns {string | undefined} */
function literalText(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type === 'TSLiteralType') return literalText(node.literal);
  if (node?.type === 'TemplateLiteral' && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return undefined;
}
