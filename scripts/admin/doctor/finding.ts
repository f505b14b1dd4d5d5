// What `doctor` finds. Invariant: names databases, user names of staff, counts; nothing of a household.

export interface Finding {
  /** For a program: stays the same. */
  code: string;
  /** `wrong`: somebody must do something; `look`: somebody should know. */
  level: 'wrong' | 'look';
  /** What is wrong and what to do, Chinese first, English beside it. */
  sentence: string;
}

export const wrong = (code: string, sentence: string): Finding => ({ code, level: 'wrong', sentence });
export const look = (code: string, sentence: string): Finding => ({ code, level: 'look', sentence });
