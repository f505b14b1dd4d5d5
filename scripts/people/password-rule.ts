// Which passwords are taken for people: long enough, and none of those that are tried first (ASVS 5.0, 6.2.1 and 6.2.4; NIST
// SP 800-63B, 3.1.1.2). Passwords that are made here are far from both. Invariant: no rule of kinds of characters.

export const LEAST_PASSWORD = 10;

/** Of lists of leaked passwords, what is long enough to get here; and what the product and its work suggest. */
const COMMONEST = [
  ...['password12', 'password123', 'password1234', 'passw0rd123', 'p@ssw0rd123', 'qwertyuiop', 'qwerty1234'],
  ...[
    'qwerty12345',
    'qwerty123456',
    '1qaz2wsx3edc',
    '1q2w3e4r5t',
    '1q2w3e4r5t6y',
    'q1w2e3r4t5',
    'zaq12wsxcde3',
  ],
  ...['qazwsxedcrfv', 'asdfghjkl123', 'asdf123456', 'zxcvbnm123', 'abc1234567', 'abcd123456', 'abcd1234567'],
  ...[
    'a123456789',
    'a1234567890',
    'aa123456789',
    'aa12345678',
    'woaini1314',
    'woaini5201314',
    'woaini520520',
  ],
  ...['5201314520', '1314520520', 'iloveyou123', 'iloveyou12', 'iloveyou520', 'admin123456', 'admin12345'],
  ...['administrator', 'root123456', 'test123456', 'welcome123', 'welcome1234', 'letmein123', 'changeme123'],
  ...['sunshine123', 'princess123', 'football123', 'dragon1234', 'monkey1234', 'superman123', 'li123456789'],
  ...[
    'wang123456',
    'zhang123456',
    'shequ123456',
    'wangge123456',
    'wanggeyuan',
    'qiaomen123',
    'qiaomen123456',
  ],
];
const ROWS = [
  '01234567890123456789',
  '09876543210987654321',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiopasdfghjklzxcvbnm',
];

export type PasswordFault = 'too-short' | 'too-common';

/** Undefined where it is taken. */
export function passwordFault(password: string, user: string): PasswordFault | undefined {
  if ([...password].length < LEAST_PASSWORD) return 'too-short';
  const plain = password.toLowerCase();
  // One thing over and over: 1212121212, abcabcabcabc.
  const isRepeated = /^(.{1,5})\1+.{0,4}$/su.test(plain) && new Set(plain).size <= 5;
  const isRun = ROWS.some((row) => row.includes(plain));
  const isOwnName = plain.startsWith(user.toLowerCase()) && /^\d{0,8}$/.test(plain.slice(user.length));
  const isBirthday = /^(19|20)\d{2}(0\d|1[0-2])[0-3]\d.{0,2}$/.test(plain);
  return isRepeated || isRun || isOwnName || isBirthday || COMMONEST.includes(plain)
    ? 'too-common'
    : undefined;
}
