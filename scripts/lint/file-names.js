// A file is named for its main export, in kebab-case, and says what it holds: never `utils` and its kin.
import { fromRoot } from '../layers.js';

const EMPTY_WORDS = 'util|utils|helper|helpers|common|misc|shared|manager|service|handler|base|impl|stuff';
const EMPTY_NAME = new RegExp(`(^|-)(${EMPTY_WORDS})$`);
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const KITS_OWN = /^(\+|\(|\[)/;
/** Where Kit looks for the service worker. */
const KITS_ENTRY = 'src/service-worker/index.ts';

/** @type {import('eslint').Rule.RuleModule} */
export const fileNames = {
  meta: {
    type: 'problem',
    docs: { description: 'names of files and folders' },
    schema: [],
    messages: {
      empty:
        '`{{name}}` says nothing of what is inside, so everything ends up there. Name the file for its main export; if two layers need it, it belongs to domain or protocol.',
      barrel:
        '`index.{{extension}}` is a barrel: it hides who uses what and loads it all. Let the importer name the file it needs.',
      kebab: '`{{name}}` is not kebab-case: a file is named for its main export, `like-this.ts`.',
    },
  },
  create(context) {
    const file = fromRoot(context.cwd, context.filename);
    const segments = file.split('/');
    const [, stem = '', extension = ''] = /^([^.]+)\.?(.*)$/.exec(segments.at(-1) ?? '') ?? [];
    const folders = segments
      .slice(0, -1)
      .filter((folder) => !KITS_OWN.test(folder) && !folder.startsWith('.'));
    return {
      Program(node) {
        if (stem === 'index' && file !== KITS_ENTRY)
          context.report({ node, messageId: 'barrel', data: { extension } });
        for (const name of [...folders, stem]) {
          if (KITS_OWN.test(name) || name === '') continue;
          if (EMPTY_NAME.test(name)) context.report({ node, messageId: 'empty', data: { name } });
          else if (!KEBAB.test(name)) context.report({ node, messageId: 'kebab', data: { name } });
        }
      },
    };
  },
};
