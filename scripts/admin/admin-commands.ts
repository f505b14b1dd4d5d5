// All commands of `npm run admin`, in the order its help lists them.
import type { AdminCommand } from './admin-command.ts';
import { backupCheck } from './backup/backup-check.ts';
import { backupMake } from './backup/backup-make.ts';
import { devicesFound } from './devices-found.ts';
import { devicesList } from './devices-list.ts';
import { devicesLost } from './devices-lost.ts';
import { keysCheck } from './keys-check.ts';
import { keysMake } from './keys-make.ts';
import { keysRotate } from './keys-rotate.ts';
import { rescueOpen } from './rescue-open.ts';

export const ADMIN_COMMANDS: readonly AdminCommand[] = [
  keysMake,
  keysRotate,
  keysCheck,
  rescueOpen,
  backupCheck,
  backupMake,
  devicesList,
  devicesLost,
  devicesFound,
];
