// The passphrase of a backup: from the environment, or typed; a new one twice.
import { AdminError, type AdminCall } from '../admin-command.ts';
import { LEAST_PASSPHRASE } from '../private-key-file.ts';
import { backupWords as words } from './backup-words.ts';

type Terminal = AdminCall['terminal'];

export async function newBackupPassphrase({ environment, ask }: Terminal): Promise<string> {
  const given = environment.BACKUP_PASSPHRASE;
  const passphrase = given ?? (await ask?.(words.askNew(LEAST_PASSPHRASE), true));
  if (passphrase === undefined) throw new AdminError(words.noPassphrase);
  if ([...passphrase].length < LEAST_PASSPHRASE) throw new AdminError(words.tooShort(LEAST_PASSPHRASE));
  if (given === undefined && (await ask?.(words.askAgain, true)) !== passphrase)
    throw new AdminError(words.notAlike);
  return passphrase;
}

export async function knownBackupPassphrase({ environment, ask }: Terminal, file: string): Promise<string> {
  const passphrase = environment.BACKUP_PASSPHRASE ?? (await ask?.(words.ask(file), true));
  if (passphrase === undefined) throw new AdminError(words.noPassphrase);
  return passphrase;
}
