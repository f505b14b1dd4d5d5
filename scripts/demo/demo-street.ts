// The street of the demo: one community, three grids, twelve people who work there, all invented. Its codes begin with
// 999999, the county that does not exist; its grids are called as the sheets of the sample roster are.
import type { StaffDescription, StreetDescription } from '../provision/street-description.ts';
import type { Community } from './a-community.ts';

const DEMO_STREET = '999999001';
export const DEMO_COMMUNITY = '999999001001';
export const DEMO_GRIDS = ['001', '002', '003'].map((serial) => DEMO_COMMUNITY + serial);
const GRID_NAMES = ['第一网格', '第二网格', '第三网格'];

type Post = Omit<StaffDescription, 'grids' | 'community' | 'password'> & { grid?: number };

const POSTS: readonly Post[] = [
  { user: 'limin', name: '李敏', role: 'worker', grid: 0, phone: '13800000101' },
  { user: 'zhangjianhua', name: '张建华', role: 'worker', grid: 0, phone: '13800000102' },
  { user: 'wangfang', name: '王芳', role: 'worker', grid: 1, phone: '13800000103' },
  { user: 'liuyang', name: '刘洋', role: 'worker', grid: 1, phone: '13800000104' },
  { user: 'chenjing', name: '陈静', role: 'worker', grid: 2, phone: '13800000105' },
  { user: 'maxiaolong', name: '马小龙', role: 'worker', grid: 2, phone: '13800000106' },
  { user: 'zhaoxue', name: '赵雪', role: 'clerk', phone: '13800000107' },
  { user: 'sunli', name: '孙丽', role: 'clerk', phone: '13800000108' },
  { user: 'zhoutao', name: '周涛', role: 'clerk', phone: '13800000109' },
  { user: 'wuxiulan', name: '吴秀兰', role: 'head', phone: '13800000110' },
  {
    user: 'zhengguodong',
    name: '郑国栋',
    role: 'supervisor',
    phone: '13800000111',
    duties: ['auditor', 'editor'],
  },
  { user: 'admin', name: '何伟', role: 'administrator' },
];

/** The two workers of each grid, by user name; the first keeps its restricted records too. */
export const DEMO_WORKERS = DEMO_GRIDS.map((code, at) => ({
  code,
  workers: POSTS.filter(({ grid }) => grid === at).map(({ user }) => user),
}));

/** `passwords` by user name; the administrator is the server's own and has none here. */
export function demoStreet(
  community: Community,
  passwords: Readonly<Record<string, string>>,
): StreetDescription {
  const grids = community.grids.map(({ code, buildings, roster }, at) => ({
    code,
    name: GRID_NAMES[at] ?? code,
    kind: 'residential' as const,
    registeredHouseholds: roster.filter(({ type }) => type === 'household').length,
    buildings,
  }));
  return {
    code: DEMO_STREET,
    name: '安和街道',
    communities: [{ code: DEMO_COMMUNITY, name: '幸福社区', grids }],
    staff: demoStaff(passwords),
  };
}

/** The twelve, as the description of a street has them. */
export function demoStaff(passwords: Readonly<Record<string, string>>): StaffDescription[] {
  return POSTS.map(({ grid, ...post }) => {
    const code = grid === undefined ? undefined : DEMO_GRIDS[grid]!;
    const password = passwords[post.user];
    const first = code && DEMO_WORKERS[grid!]!.workers[0] === post.user;
    return {
      ...post,
      grids: code ? [code] : [],
      ...(post.role === 'supervisor' ? {} : { community: DEMO_COMMUNITY }),
      ...(first ? { care: [code] } : {}),
      ...(password === undefined ? {} : { password }),
    };
  });
}
