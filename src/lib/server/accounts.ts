// The people who may sign in: the administrator of the configuration and the documents of `_users`.
// Invariant: what is known here of a person is what `_users` says now: every write to it empties the memory.
import { createHmac } from 'node:crypto';
import { type DocumentStore } from './document-store.ts';
import { parsePasswordFields, type PasswordFields } from './password-hash.ts';

export const USER_PREFIX = 'org.couchdb.user:';

export interface Account {
  name: string;
  roles: readonly string[];
  /** Changes with the password; sessions are proven with it. */
  salt: string;
  /** How the password is checked: the configured one itself, or its hash; none where nobody can sign in. */
  check:
    | { kind: 'configured'; password: string }
    | { kind: 'hashed'; fields: PasswordFields }
    /** Somebody else knows. */
    | { kind: 'asked'; isRight: (password: string) => Promise<boolean> }
    | { kind: 'none' };
}

export interface Accounts {
  find(name: string): Promise<Account | undefined>;
  /** Called after every write to `_users`. */
  onChange(listener: () => void): () => void;
}

export interface AccountsSource {
  admin: { name: string; password: string };
  users: DocumentStore;
  secret: string;
}

export function createAccounts({ admin, users, secret }: AccountsSource): Accounts {
  const known = new Map<string, Account>();
  const administrator: Account = {
    name: admin.name,
    roles: ['_admin'],
    salt: createHmac('sha256', secret).update(admin.password).digest('hex'),
    check: { kind: 'configured', password: admin.password },
  };
  let generation = 0;
  users.onWrite(() => {
    generation++;
    known.clear();
  });
  return {
    async find(name) {
      if (name === admin.name) return administrator;
      const remembered = known.get(name);
      if (remembered) return remembered;
      const asOf = generation;
      const account = await readAccount(users, name);
      // Names nobody has are not remembered: they would be anybody's to make up, without end.
      if (account && asOf === generation) known.set(name, account);
      return account;
    },
    onChange: (listener) => users.onWrite(listener),
  };
}

async function readAccount(users: DocumentStore, name: string): Promise<Account | undefined> {
  const [metadata] = await users.metadata([USER_PREFIX + name]);
  const seq = metadata?.deleted ? undefined : metadata?.rev_map[metadata.winningRev];
  if (seq === undefined) return undefined;
  const [document] = await users.bodies([seq]);
  return document && accountOf(name, document);
}

/** What a document of `_users` says; undefined where it is somebody else's. */
export function accountOf(name: string, document: Record<string, unknown>): Account | undefined {
  if (document.name !== name) return undefined;
  const roles = Array.isArray(document.roles)
    ? document.roles.filter((role) => typeof role === 'string')
    : [];
  const fields = parsePasswordFields(document);
  return {
    name,
    roles,
    salt: fields?.salt ?? '',
    check: fields ? { kind: 'hashed', fields } : { kind: 'none' },
  };
}
