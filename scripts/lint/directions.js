// Keeps the directions of scripts/layers.js, for values and for types, in .ts and in .svelte. Tests, which may look
// into every room, are not held to it.
import { isBuiltin } from 'node:module';
import path from 'node:path';
import { fromRoot, layerOf, layers, mayImportPackage, retired } from '../layers.js';
import { importReader } from './import-reader.js';

const EXTENSION = /\.(ts|js|svelte|css|json|svg|xml|wasm|txt)$/;

/** @type {import('eslint').Rule.RuleModule} */
export const directions = {
  meta: {
    type: 'problem',
    docs: { description: 'a layer imports only what scripts/layers.js lets it' },
    schema: [],
    messages: {
      noRoom:
        '`{{file}}` is in no room of the house, so nothing says what it may import. Put it into one of: {{rooms}}; or add the room to scripts/layers.js and say why in an ADR.',
      layer:
        '{{from}} may not import {{to}} ({{specifier}}): {{from}} holds {{holds}}. {{advice}} The doors are in scripts/layers.js.',
      typesOnly:
        '{{from}} may take types from {{to}}, not values ({{specifier}}): a value would load {{to}} with the first screen. Use `import type`, and let the device hand the value in.',
      package:
        '{{from}} may not import `{{specifier}}`: its packages are {{packages}}. Put what needs it into a layer that has it, behind a port; or add it to scripts/layers.js and say why in an ADR.',
      node: '{{from}} runs in a browser, where `{{specifier}}` does not exist: the build would break or ship a shim. Only {{nodeLayers}} runs in Node.',
      outside:
        '`{{specifier}}` lies outside the layers: tests, scripts and settings are not shipped. Move what is needed into the layer it belongs to.',
      retired: '`{{specifier}}` is not used in this house: take {{instead}}.',
      across:
        'From one layer to another the import is written `#lib/<layer>/<file>`, so that directions can be read: write `{{better}}`.',
      within: 'Within {{from}} the import is relative (`./file.ts`): `#lib/` means another layer.',
      alias: 'Write `#lib/…` for `{{specifier}}`: that name is Kit’s own and would tie every layer to Kit.',
      extension: 'Name the whole file, `{{specifier}}.ts`: Node and the browser do not guess extensions.',
      unreadable: 'Write the module’s name out: a computed one cannot be checked against scripts/layers.js.',
    },
  },
  create(context) {
    const file = fromRoot(context.cwd, context.filename);
    if (!file.startsWith('src/') || /\.(test|d)\.ts$/.test(file)) return {};
    const from = layerOf(file);
    if (!from)
      return { Program: (node) => context.report({ node, messageId: 'noRoom', data: { file, rooms } }) };
    return importReader(
      (found) => {
        const complaint = complaintAbout(file, from, found);
        if (complaint) context.report({ node: found.node, ...complaint });
      },
      (node) => context.report({ node, messageId: 'unreadable' }),
    );
  },
};

const rooms = layers.map((layer) => layer.places[0]).join(', ');

/**
 * What is wrong with an import, or undefined.
 * @param {string} file
 * @param {import('../layers.js').Layer} from
 * @param {import('./import-reader.js').ImportFound} found
 * @returns {{ messageId: string, data: Record<string, string> } | undefined}
 */
function complaintAbout(file, from, { specifier, typesOnly }) {
  const data = { from: from.name, specifier, holds: from.holds };
  const instead = retired.get(specifier);
  if (instead) return { messageId: 'retired', data: { ...data, instead } };
  if (/^\$lib(\/|$)/.test(specifier)) return { messageId: 'alias', data };
  const target = fileNamed(file, specifier);
  if (target !== undefined) return complaintAboutFile(from, target, { specifier, typesOnly });
  if (isBuiltin(specifier)) {
    return from.node
      ? undefined
      : { messageId: 'node', data: { ...data, nodeLayers: namesOf((each) => each.node) } };
  }
  if (mayImportPackage(from, specifier)) return undefined;
  return { messageId: 'package', data: { ...data, packages: from.packages.join(', ') } };
}

/**
 * @param {import('../layers.js').Layer} from
 * @param {string} target
 * @param {{ specifier: string, typesOnly: boolean }} found
 */
function complaintAboutFile(from, target, { specifier, typesOnly }) {
  const data = { from: from.name, specifier, holds: from.holds };
  const to = layerOf(target);
  if (!to) return isPageStyle(from, target) ? undefined : { messageId: 'outside', data };
  if (to === from) {
    if (specifier.startsWith('#lib/')) return { messageId: 'within', data };
  } else if (!from.layers.includes(to.name)) {
    if (!from.typesOf?.includes(to.name)) {
      return { messageId: 'layer', data: { ...data, to: to.name, advice: adviceFor(from.name, to.name) } };
    }
    if (!typesOnly) return { messageId: 'typesOnly', data: { ...data, to: to.name } };
  } else if (!specifier.startsWith('#lib/')) {
    return { messageId: 'across', data: { ...data, better: target.replace(/^src\/lib\//, '#lib/') } };
  }
  return EXTENSION.test(target) || /\/\$types$/.test(target) ? undefined : { messageId: 'extension', data };
}

/**
 * The file an import names, from the root of the project; undefined where it names a package.
 * @param {string} file
 * @param {string} specifier
 */
function fileNamed(file, specifier) {
  if (specifier.startsWith('#lib/'))
    return path.posix.normalize(`src/lib/${specifier.slice('#lib/'.length)}`);
  if (specifier.startsWith('#tests/'))
    return path.posix.normalize(`tests/${specifier.slice('#tests/'.length)}`);
  if (specifier.startsWith('/')) return path.posix.normalize(specifier.slice(1));
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  return undefined;
}

/** @param {import('../layers.js').Layer} from @param {string} target */
function isPageStyle(from, target) {
  return from.name === 'routes' && /^src\/[a-z-]+\.css$/.test(target);
}

/** @param {(layer: import('../layers.js').Layer) => boolean | undefined} wanted */
function namesOf(wanted) {
  return layers
    .filter(wanted)
    .map((layer) => layer.name)
    .join(', ');
}

/** @param {string} from @param {string} to */
function adviceFor(from, to) {
  if (from === 'server' && to === 'domain') {
    return 'Were the server to know what a visit is, Apache CouchDB could not replace it: keep the rule on the device, or hand it over as a document.';
  }
  if (from === 'domain' || from === 'protocol') {
    return 'It is pure: take what you need as an argument, or declare a port here and let the other side keep it.';
  }
  if (from === 'sync' && to === 'storage') return 'Sync speaks to the port in protocol, which storage keeps.';
  if (from === 'components' || from === 'routes') return 'A screen asks the device, and the device does it.';
  if (to === 'server') return 'The server is reached over HTTP alone, as any CouchDB is.';
  return 'If both need it, it belongs to domain or protocol.';
}
