// What the commands about the organisation's key say: Chinese first, English beside it.
const KEEP =
  '文件和口令分开保管，各留一份备份：丢了，没上传就锁住的工作谁也打不开。 Keep file and passphrase apart, with a copy of each: without them nobody opens what was locked in before it went up.';

export const keyWords = {
  fileThere: (file: string) =>
    `已经有 ${file}，不覆盖。用 --out 写到别处。 ${file} is there and is not written over: give --out.`,
  cannotWrite: (file: string, code: string) => `写不了 ${file}（${code}）。 ${file} cannot be written.`,
  cannotRead: (file: string, code: string) => `读不了 ${file}（${code}）。 ${file} cannot be read.`,
  noKeyFile: (file: string) =>
    `${file} 不是组织密钥的文件，或者已经损坏。 ${file} is no file of an organisation key, or is damaged.`,
  wrongPassphrase: (file: string) =>
    `口令不对，或者 ${file} 被改过。 The passphrase is wrong, or ${file} was altered.`,
  askNew: (least: number) =>
    `给私钥设一个口令（至少 ${least} 个字符） passphrase for the private key, at least ${least} characters: `,
  askAgain: '再输一遍 once more: ',
  ask: (file: string) => `${file} 的口令 passphrase: `,
  notAlike: '两次输入不一样。 The two are not alike.',
  tooShort: (least: number) => `口令至少 ${least} 个字符。 A passphrase has at least ${least} characters.`,
  noPassphrase:
    '没有口令：请设环境变量 KEY_PASSPHRASE，或在终端里运行。私钥不会不加密就写下来。 No passphrase: set KEY_PASSPHRASE, or run it in a terminal. A private key is never written in the clear.',
  noDirectory: '服务器上还没有街道的目录，请先建好。 The server has no directory yet: set up a street first.',
  keyThere: (keyId: string) =>
    `已经有组织密钥（${keyId}）。要换新的，用 keys rotate。 There is an organisation key (${keyId}); to replace it: keys rotate.`,
  noKey: '还没有组织密钥，先用 keys make。 There is no organisation key yet: keys make.',
  made: (keyId: string, file: string) => [
    `组织密钥 organisation key  ${keyId}`,
    `私钥文件 private key       ${file}`,
    KEEP,
  ],
  rotated: (before: string) =>
    `旧密钥 ${before} 的文件要继续保管：以前封好的工作只有它能打开。 Keep the file of the old key ${before}: what was sealed before opens with it alone.`,
  forged: (keyId: string) =>
    `服务器上的公钥和它的编号 ${keyId} 对不上，可能被人换过：平板不会用它。请查明后 keys rotate。 The public key on the server is not the one its id names: somebody may have put another there. Tablets do not use it. Find out, then keys rotate.`,
  fits: (keyId: string) =>
    `口令正确，就是服务器上现在用的密钥（${keyId}）。 The passphrase opens it, and it is the key in use (${keyId}).`,
  fitsFormer: (keyId: string, current: string) =>
    `口令正确，但这是以前的密钥（${keyId}），现在用的是 ${current}。 The passphrase opens it, but it is a former key (${keyId}); in use is ${current}.`,
};
