// `npm run admin -- COMMAND …`: what an administrator does with a running server. Everything it does is in admin/.
import { ADMIN_COMMANDS } from './admin/admin-commands.ts';
import { runAdmin } from './admin/run-admin.ts';
import { runInTerminal } from './terminal.ts';

runInTerminal((args, terminal) => runAdmin(ADMIN_COMMANDS, args, terminal));
