// All commands of `npm run admin`, in the order its help lists them.
import type { AdminCommand } from './admin-command.ts';
import { backupCheck } from './backup/backup-check.ts';
import { backupMake } from './backup/backup-make.ts';
import { restore } from './backup/restore.ts';
import { devicesFound } from './devices-found.ts';
import { devicesList } from './devices-list.ts';
import { devicesLost } from './devices-lost.ts';
import { doctor } from './doctor/doctor.ts';
import { keysCheck } from './keys-check.ts';
import { keysMake } from './keys-make.ts';
import { keysRotate } from './keys-rotate.ts';
import { gridsAdd } from './people/grids-add.ts';
import { gridsAssign } from './people/grids-assign.ts';
import { gridsList } from './people/grids-list.ts';
import { initServer } from './people/init-server.ts';
import { peopleAdd } from './people/people-add.ts';
import { peopleCover } from './people/people-cover.ts';
import { peopleList } from './people/people-list.ts';
import { peopleRemove } from './people/people-remove.ts';
import { peopleReset } from './people/people-reset.ts';
import { peopleRole } from './people/people-role.ts';
import { personErase } from './person/person-erase.ts';
import { personShow } from './person/person-show.ts';
import { rescueOpen } from './rescue-open.ts';
import { retentionRun } from './retention/retention-run.ts';
import { retentionSet } from './retention/retention-set.ts';
import { retentionShow } from './retention/retention-show.ts';

export const ADMIN_COMMANDS: readonly AdminCommand[] = [
  initServer,
  peopleList,
  peopleAdd,
  peopleRole,
  peopleCover,
  peopleReset,
  peopleRemove,
  gridsList,
  gridsAdd,
  gridsAssign,
  keysMake,
  keysRotate,
  keysCheck,
  rescueOpen,
  backupCheck,
  backupMake,
  restore,
  retentionShow,
  retentionSet,
  retentionRun,
  doctor,
  devicesList,
  devicesLost,
  devicesFound,
  personShow,
  personErase,
];
