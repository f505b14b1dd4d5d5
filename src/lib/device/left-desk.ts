// 留在本机的工作, as a whole: one script, loaded when somebody asks for it (two that share their parts would have the
// worker's first script wait for others).
import { handInLeft, type LeftToHandIn } from './hand-in-left.ts';
import type { LeftWorkDevice } from './left-work-device.ts';
import { exportLeftWork, listLeftWork } from './left-work.ts';

export interface LeftDesk extends Pick<LeftWorkDevice, 'listLeft'> {
  exportLeft(nowMs: number): ReturnType<typeof exportLeftWork>;
  handInLeft(asked: LeftToHandIn): ReturnType<typeof handInLeft>;
}

/** `except`: the store that is open, whose work goes up by itself. */
export const leftDesk = (except?: string): LeftDesk => ({
  listLeft: () => listLeftWork(except),
  exportLeft: exportLeftWork,
  handInLeft,
});
