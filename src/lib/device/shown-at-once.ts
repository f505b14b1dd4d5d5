// What she does herself, as the page asks it of the worker. Invariant: what a screen shows of it is asked for again as soon
// as it is answered, though a round runs and the page asks for its views only now and then.
import type { ChangePace } from './change-pace.ts';
import type { DeviceWorker } from './worker-contract.ts';

export type HerCommands = Pick<
  DeviceWorker,
  | 'saveDraft'
  | 'dropDraft'
  | 'saveVisit'
  | 'takePhoto'
  | 'removePhoto'
  | 'restorePhoto'
  | 'sendAgain'
  | 'setAside'
  | 'settleClash'
  | 'takeRequest'
  | 'addSteps'
  | 'handIn'
>;

/** `worker`: the one of this moment; plain data alone may be given. */
export function shownAtOnce(worker: () => HerCommands, pace: Pick<ChangePace, 'saved'>): HerCommands {
  const shown = async <T>(doing: Promise<T>): Promise<T> => {
    const outcome = await doing;
    pace.saved();
    return outcome;
  };
  return {
    saveDraft: (...given) => shown(worker().saveDraft(...given)),
    dropDraft: (...given) => shown(worker().dropDraft(...given)),
    saveVisit: (...given) => shown(worker().saveVisit(...given)),
    takePhoto: (...given) => shown(worker().takePhoto(...given)),
    removePhoto: (...given) => shown(worker().removePhoto(...given)),
    restorePhoto: (...given) => shown(worker().restorePhoto(...given)),
    sendAgain: (...given) => shown(worker().sendAgain(...given)),
    setAside: (...given) => shown(worker().setAside(...given)),
    settleClash: (...given) => shown(worker().settleClash(...given)),
    takeRequest: (...given) => shown(worker().takeRequest(...given)),
    addSteps: (...given) => shown(worker().addSteps(...given)),
    handIn: (...given) => shown(worker().handIn(...given)),
  };
}
