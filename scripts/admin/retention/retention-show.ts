// `retention show`: how long what is kept by the year is kept, and why.
import { RETAINED } from '#lib/domain/retention.ts';
import type { AdminCommand } from '../admin-command.ts';
import { readRetention } from './retention-table.ts';
import { retentionWords as words } from './retention-words.ts';

export const retentionShow: AdminCommand = {
  name: 'retention show',
  synopsis: '',
  summary: '看保存期限表 how long what is kept, and by which rule',
  help: `每一类保存多久、依据什么。没有写的一直保存。
How long each kind is kept, and by which rule. What has no line is kept.`,
  options: {},
  positionals: { least: 0, most: 0 },
  async run(call) {
    const { couch } = await call.connect();
    const rows = await readRetention(couch);
    const lines = RETAINED.map((kind) => {
      const row = rows.find((each) => each.kind === kind);
      return row ? words.row(kind, row.months, row.basis) : words.keptForEver(kind);
    });
    return { lines: [...lines, words.audit, words.photosFollow, words.noLaw], json: { rows } };
  },
};
