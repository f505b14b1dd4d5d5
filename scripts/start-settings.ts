// The settings of `npm start`, from the environment. Throws a `StartError` for one that is wrong.
import path from 'node:path';
import * as z from 'zod';
import { StartError } from './start-error.ts';

export interface StartSettings {
  port: number;
  host: string;
  dataDir: string;
  /** Of the embedded server; made and kept where absent. */
  adminPassword?: string;
  couchdb?: { url: string; user: string; password: string; proxySecret?: string };
  /** Whether an empty server gets the demo. */
  demo: boolean;
}

const wanted: Record<string, string> = {
  PORT: '0–65535',
  HOST: 'an address / 一个地址',
  DATA_DIR: 'a folder / 一个目录',
  ADMIN_PASSWORD: 'at least 8 characters / 至少 8 个字符',
  COUCHDB_URL: 'http(s)://host:port',
  COUCHDB_USER: 'the name of an administrator / 管理员的名字',
  COUCHDB_PASSWORD: 'the password of COUCHDB_USER / COUCHDB_USER 的密码',
  COUCHDB_PROXY_SECRET: 'at least 16 characters / 至少 16 个字符',
  DEMO: 'yes, no',
};

const environmentSchema = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4173),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  ADMIN_PASSWORD: z.string().min(8).optional(),
  COUCHDB_URL: z.url({ protocol: /^https?$/ }).optional(),
  COUCHDB_USER: z.string().min(1).default('admin'),
  COUCHDB_PASSWORD: z.string().optional(),
  COUCHDB_PROXY_SECRET: z.string().min(16).optional(),
  DEMO: z.enum(['yes', 'no']).default('yes'),
});

/** Empty variables count as absent. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): StartSettings {
  const given = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  const read = environmentSchema.safeParse(Object.fromEntries(given));
  if (!read.success) throw settingError(String(read.error.issues[0]?.path[0]));
  const { PORT, HOST, DATA_DIR, ADMIN_PASSWORD, DEMO } = read.data;
  const { COUCHDB_URL, COUCHDB_USER, COUCHDB_PASSWORD, COUCHDB_PROXY_SECRET } = read.data;
  if (COUCHDB_URL && COUCHDB_PASSWORD === undefined) throw settingError('COUCHDB_PASSWORD');
  return {
    port: PORT,
    host: HOST,
    dataDir: path.resolve(DATA_DIR),
    ...(ADMIN_PASSWORD ? { adminPassword: ADMIN_PASSWORD } : {}),
    ...(COUCHDB_URL && COUCHDB_PASSWORD !== undefined
      ? {
          couchdb: {
            url: COUCHDB_URL.replace(/\/+$/, ''),
            user: COUCHDB_USER,
            password: COUCHDB_PASSWORD,
            ...(COUCHDB_PROXY_SECRET === undefined ? {} : { proxySecret: COUCHDB_PROXY_SECRET }),
          },
        }
      : {}),
    demo: DEMO === 'yes',
  };
}

const settingError = (name: string) =>
  new StartError({ kind: 'setting', name, wanted: wanted[name] ?? 'valid' });
