import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from './start-settings.ts';

const faultOf = (environment: Record<string, string>) => {
  try {
    return readSettings(environment);
  } catch (fault) {
    return (fault as { fault: unknown }).fault;
  }
};

describe('readSettings', () => {
  it('has an answer for everything: this machine alone, port 4173, ./data, with a demo', () => {
    expect(readSettings({})).toEqual({
      port: 4173,
      host: '127.0.0.1',
      dataDir: path.resolve('data'),
      demo: true,
    });
    expect(readSettings({ PORT: '', ADMIN_PASSWORD: '' })).toMatchObject({ port: 4173 });
  });

  it('takes what is given', () => {
    const given = {
      PORT: '8080',
      HOST: '0.0.0.0',
      DATA_DIR: '/srv/qiaomen',
      ADMIN_PASSWORD: 'long-enough',
      COUCHDB_URL: 'http://couch:5984/',
      COUCHDB_PASSWORD: 'secret',
      DEMO: 'no',
    };
    expect(readSettings(given)).toEqual({
      port: 8080,
      host: '0.0.0.0',
      dataDir: '/srv/qiaomen',
      adminPassword: 'long-enough',
      couchdb: { url: 'http://couch:5984', user: 'admin', password: 'secret' },
      demo: false,
    });
  });

  it.each([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ['ADMIN_PASSWORD', { ADMIN_PASSWORD: 'short' }],
    ['COUCHDB_URL', { COUCHDB_URL: 'couch:5984', COUCHDB_PASSWORD: 'secret' }],
    ['COUCHDB_PASSWORD', { COUCHDB_URL: 'http://couch:5984' }],
    ['DEMO', { DEMO: 'perhaps' }],
  ])('names the variable that is wrong: %s', (name, environment) => {
    expect(faultOf(environment)).toMatchObject({ kind: 'setting', name });
  });
});
