// `keys check`: whether a file and its passphrase still open, and whether it is the key in use. To be done once a year.
import { keyIdOf } from '#lib/storage/envelope-keys.ts';
import { AdminError, type AdminCommand } from './admin-command.ts';
import { keyWords as words } from './key-words.ts';
import { checkDirectory, knownPassphrase, readOrganisationKey } from './organisation-key.ts';
import { readPrivateKey } from './private-key-file.ts';

export const keysCheck: AdminCommand = {
  name: 'keys check',
  synopsis: 'FILE',
  summary: '试一试私钥文件和口令 whether file and passphrase open, and are in use',
  help: `试私钥文件和口令能不能打开，是不是服务器上现在用的。什么也不改。
Whether the file opens with the passphrase, and whether the server uses it. Nothing is changed.`,
  options: {},
  positionals: { least: 1, most: 1 },
  async run(call) {
    const file = call.positionals[0]!;
    const { keyId } = await readPrivateKey(file, () => knownPassphrase(call.terminal, file));
    const { couch } = await call.connect();
    await checkDirectory(couch);
    const current = await readOrganisationKey(couch);
    if (!current) throw new AdminError(words.noKey);
    const named = await keyIdOf(crypto, new Uint8Array(Buffer.from(current.key, 'base64')));
    if (named !== current.keyId) throw new AdminError(words.forged(current.keyId));
    const isCurrent = current.keyId === keyId;
    return {
      lines: [isCurrent ? words.fits(keyId) : words.fitsFormer(keyId, current.keyId)],
      json: { keyId, current: current.keyId, inUse: isCurrent },
    };
  },
};
