// Numbers as Chinese writing has them: 三, 十二, 二十一, 二〇二四, and the forms of banks: 叁, 贰拾.
const DIGITS = [
  /[〇零○O]/,
  /[一壹]/,
  /[二贰两]/,
  /[三叁]/,
  /[四肆]/,
  /[五伍]/,
  /[六陆]/,
  /[七柒]/,
  /[八捌]/,
  /[九玖]/,
];
const TENS = /[十拾]/;
const WRITTEN = /[〇零○一壹二贰两三叁四肆五伍六陆七柒八捌九玖十拾]+/g;

function digitOf(character: string): number | undefined {
  const digit = DIGITS.findIndex((forms) => forms.test(character));
  return digit < 0 ? undefined : digit;
}

/** `二十一` is 21, `二〇二四` is 2024; undefined where it is no number below a hundred and no row of digits. */
export function writtenNumber(written: string): number | undefined {
  if (written === '') return undefined;
  if (!TENS.test(written)) {
    const digits = [...written].map(digitOf);
    return digits.includes(undefined) ? undefined : Number(digits.join(''));
  }
  const [tens = '', ones = '', ...rest] = written.split(TENS);
  if (rest.length > 0 || tens.length > 1 || ones.length > 1) return undefined;
  const ten = tens === '' ? 1 : digitOf(tens);
  const one = ones === '' ? 0 : digitOf(ones);
  return ten === undefined || one === undefined ? undefined : ten * 10 + one;
}

/** The text with each run of written numbers as digits: `叁号楼` is `3号楼`. A run that is no number stays. */
export function withDigits(text: string): string {
  return text.replace(WRITTEN, (run) => {
    if (TENS.test(run)) return String(writtenNumber(run) ?? run);
    return [...run].map(digitOf).join('');
  });
}
