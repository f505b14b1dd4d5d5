// `keys make`: the first organisation key of a server.
import { AdminError, type AdminCommand } from './admin-command.ts';
import { keyWords as words } from './key-words.ts';
import {
  authorOf,
  checkDirectory,
  fileInFolder,
  makeOrganisationKey,
  newPassphrase,
  readOrganisationKey,
} from './organisation-key.ts';

export const keysMake: AdminCommand = {
  name: 'keys make',
  synopsis: '[--out FILE]',
  summary: '建组织密钥 make the key to which tablets seal unsent work',
  help: `建一对密钥：公钥进目录，平板用它封好没上传的工作；私钥写进文件，由管理员保管。
A pair of keys: the public one goes into the directory, the private one into a file for the administrator to keep.
  --out FILE      私钥写到哪里，默认当前目录 where the private key goes; default: this folder
口令取自环境变量 KEY_PASSPHRASE，没有就询问。 The passphrase comes from KEY_PASSPHRASE, or is asked for.`,
  options: { out: { type: 'string' } },
  positionals: { least: 0, most: 0 },
  async run(call) {
    const { couch } = await call.connect();
    await checkDirectory(couch);
    const there = await readOrganisationKey(couch);
    if (there) throw new AdminError(words.keyThere(there.keyId));
    const passphrase = await newPassphrase(call.terminal);
    const fileOf = fileInFolder(call.text('out'));
    const made = await makeOrganisationKey({ couch, author: authorOf(call), passphrase, fileOf });
    return { lines: words.made(made.keyId, made.file), json: made };
  },
};
