// The dev server's mount of /db and /administration: passes on to the server of `npm start` (or DB_URL), so that cookies stay same-origin.
import type { Plugin } from 'vite';

const target = process.env.DB_URL ?? 'http://127.0.0.1:4173';

export function databaseMount(): Plugin {
  return {
    name: 'qiaomen-database',
    config: () => ({
      server: { proxy: { '/db': { target }, '/administration': { target } } },
    }),
  };
}
