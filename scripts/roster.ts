// `npm run roster -- FILE.xlsx --community CODE`: a committee's roster into the app. Everything it does is in
// roster-command.ts, the terminal in terminal.ts.
import { runRoster } from './roster-command.ts';
import { runInTerminal } from './terminal.ts';

runInTerminal(runRoster);
