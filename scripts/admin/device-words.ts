// What `devices …` says: Chinese first, English beside it.
export const deviceWords = {
  noCards:
    '这台服务器还没有平板的记录：请用新版重启一次。 This server keeps no cards of tablets yet: start it once with this release.',
  none: '还没有平板来过。 No tablet has been here yet.',
  noNumber: (given: string) =>
    `“${given}”不是平板号。平板号是八位数字，在登录页和“我的”里看。 A tablet's number has eight digits: see its sign-in screen or 我的.`,
  unknown: (given: string) =>
    `没有平板号是“${given}”的平板。用 devices list 看有哪些。 No tablet has this number: see devices list.`,
  ambiguous: (ids: readonly string[]) =>
    `有几台平板都是这个号，请写全：${ids.join('，')}。 More than one has this number: give the whole id.`,
  noReason: '请写原因：--reason "…"。 Say why: --reason "…".',
  state: {
    'in-use': '在用 in use',
    lost: '已标丢失，等它联网 reported lost, not heard of since',
    wiped: '已清除 wiped',
  },
  tablet: (number: string, state: string) => `${number}  ${state}`,
  people: (name: string, since: string, last: string) =>
    `  ${name}  ${since === last ? last : `${since} – ${last}`}`,
  nobody: '  没有人用过 nobody has used it',
  ordered: (at: string, by: string, reason: string) =>
    `  ${at} ${by} 标为丢失 reported lost by ${by}: ${reason}`,
  withdrawn: (at: string) => `  ${at} 找到了，撤回 found, taken back`,
  wiped: (at: string) => `  ${at} 平板报告：已全部清除 it reported that everything is cleared`,
  willWipe: (number: string) =>
    `平板 ${number} 下次联网就不能再取任何数据，并清除上面的一切，所有人的都清。 At its next contact tablet ${number} is answered nothing and clears itself, of everybody's data.`,
  unsent: '上面还没上传的工作也一起清除，找不回来。 Work on it that was not uploaded goes with it, for good.',
  offline:
    '它不联网就清不了：锁着的平板靠密码和租期保护。 It cannot be wiped while it is offline: until then its passwords and its lease protect it.',
  newPasswords: (names: string) =>
    `请马上给用过它的人换密码：${names}。 Give new passwords at once to those who used it.`,
  ordersDone: (number: string) => `已标为丢失：${number}。 Reported lost: ${number}.`,
  already: (number: string, at: string) =>
    `平板 ${number} 在 ${at} 已标为丢失，没有再改。 It was reported lost then; nothing was changed.`,
  dryRun: '只看了，什么也没改。 Looked only; nothing was changed.',
  notLost: (number: string) => `平板 ${number} 没有标为丢失。 Tablet ${number} is not reported lost.`,
  tooLate: (number: string, at: string) =>
    `平板 ${number} 在 ${at} 已经清除，撤不回来了。在平板上点“重新启用”，它会有新的平板号，重新登录即可。 It was wiped then: begin anew on the tablet itself, it gets a new number.`,
  found: (number: string) => `已撤回：${number} 可以照常使用。 Taken back: ${number} may be used as before.`,
};
