// `keys rotate`: another organisation key in the place of the one in use. What is sealed to the old one opens with its file.
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

export const keysRotate: AdminCommand = {
  name: 'keys rotate',
  synopsis: '[--out FILE]',
  summary: '换组织密钥 replace the key; tablets seal anew at their next contact',
  help: `换一对新密钥。平板下次联网后，没上传的工作改封给新公钥；以前封好的仍用旧私钥文件打开。
A new pair. After their next contact tablets seal unsent work to it; what was sealed before opens with the old file.
  --out FILE      私钥写到哪里，默认当前目录 where the private key goes; default: this folder
口令取自环境变量 KEY_PASSPHRASE，没有就询问。 The passphrase comes from KEY_PASSPHRASE, or is asked for.`,
  options: { out: { type: 'string' } },
  positionals: { least: 0, most: 0 },
  async run(call) {
    const { couch } = await call.connect();
    await checkDirectory(couch);
    const before = await readOrganisationKey(couch);
    if (!before) throw new AdminError(words.noKey);
    const passphrase = await newPassphrase(call.terminal);
    const fileOf = fileInFolder(call.text('out'));
    const made = await makeOrganisationKey({ couch, author: authorOf(call), passphrase, fileOf, before });
    return {
      lines: [...words.made(made.keyId, made.file), words.rotated(before.keyId)],
      json: { ...made, former: before.keyId },
    };
  },
};
