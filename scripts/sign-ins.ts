// The people of the demo as its starter sees them: one line each, name, password, post, what they see.
import type { STAFF_ROLES } from '#lib/domain/staff.ts';
import { demoStaff } from './demo/demo-street.ts';
import type { DemoRecord } from './start-data-folder.ts';

export interface SignIn {
  /** What she signs in with. */
  user: string;
  password: string;
  name: string;
  role: (typeof STAFF_ROLES)[number];
  /** 15-digit codes; none for those who see a community or the street. */
  grids: string[];
  community?: string;
}

/** All but the administrator, who is the server's own. */
export function signInsOf(demo: DemoRecord): SignIn[] {
  return demoStaff(demo.passwords).flatMap(({ user, password, name, role, grids, community }) =>
    password === undefined
      ? []
      : [{ user, password, name, role, grids, ...(community ? { community } : {}) }],
  );
}

const POSTS: Record<SignIn['role'], string> = {
  worker: '网格员 worker',
  clerk: '窗口 desk clerk',
  head: '社区书记 head',
  supervisor: '街道 supervisor',
  administrator: '管理员 administrator',
};

/** Aligned for a terminal, in which a Chinese character is two columns wide. */
export function signInLines(
  signIns: readonly SignIn[],
  administrator: { name: string; password: string; given: boolean },
): string[] {
  const rows = signIns.map((one) => [one.user, one.password, one.name, POSTS[one.role], scopeOf(one)]);
  const password = administrator.given ? '******' : administrator.password;
  rows.push([administrator.name, password, '', POSTS.administrator, '/db']);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, at) => padded(cell, widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function scopeOf({ role, grids, community }: SignIn): string {
  if (grids.length > 0) return `网格 grid ${grids.join(', ')}`;
  return role === 'supervisor' ? '街道 street' : `社区 community ${community ?? ''}`;
}

const widthOf = (text: string) =>
  [...text].reduce((sum, character) => sum + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
const padded = (text: string, width: number) => text + ' '.repeat(Math.max(0, width - widthOf(text)));
