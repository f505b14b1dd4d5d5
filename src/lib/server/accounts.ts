// The people who may sign in: the administrator of the configuration and the documents of `_users`.
// Invariants: what is known here of a person is what `_users` says now: every write to it empties the memory; a role whose
// end has passed is left out at every look.
import { createHash, createHmac } from 'node:crypto';
import { type DocumentStore } from './document-store.ts';
import { parsePasswordFields, type PasswordFields } from './password-hash.ts';
import { parseRoleEnds, rolesAt, type RoleEnds, type RolesNow } from './role-ends.ts';

export const USER_PREFIX = 'org.couchdb.user:';

export interface Account extends RolesNow {
  name: string;
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

/** As the document has it, whatever the time. */
export interface StoredAccount extends Pick<Account, 'name' | 'roles' | 'salt' | 'check'> {
  ends: RoleEnds | 'every';
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
  /** Milliseconds since the epoch. */
  now: () => number;
}

export function createAccounts({ admin, users, secret, now }: AccountsSource): Accounts {
  const known = new Map<string, StoredAccount>();
  const administrator: Account = {
    name: admin.name,
    roles: ['_admin'],
    ended: [],
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
      if (remembered) return accountAt(remembered, now());
      const asOf = generation;
      const account = await readAccount(users, name);
      // Names nobody has are not remembered: they would be anybody's to make up, without end.
      if (account && asOf === generation) known.set(name, account);
      return account && accountAt(account, now());
    },
    onChange: (listener) => users.onWrite(listener),
  };
}

async function readAccount(users: DocumentStore, name: string): Promise<StoredAccount | undefined> {
  const [metadata] = await users.metadata([USER_PREFIX + name]);
  const seq = metadata?.deleted ? undefined : metadata?.rev_map[metadata.winningRev];
  if (seq === undefined) return undefined;
  const [document] = await users.bodies([seq]);
  return document && accountOf(name, document);
}

/** What a document of `_users` says; undefined where it is somebody else's. */
export function accountOf(name: string, document: Record<string, unknown>): StoredAccount | undefined {
  if (document.name !== name) return undefined;
  const roles = Array.isArray(document.roles)
    ? document.roles.filter((role) => typeof role === 'string')
    : [];
  const fields = parsePasswordFields(document);
  return {
    name,
    roles,
    ends: parseRoleEnds(document),
    salt: fields?.salt ?? digestOf(document),
    check: fields ? { kind: 'hashed', fields } : { kind: 'none' },
  };
}

/** Of a password that is not read here: with a new one it is another, and her sessions have ended. */
function digestOf({ _rev, roles: _roles, ...said }: Record<string, unknown>): string {
  const inOrder = Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(inOrder)).digest('hex');
}

export function accountAt({ name, roles, ends, salt, check }: StoredAccount, nowMs: number): Account {
  return { name, salt, check, ...rolesAt(roles, ends, nowMs) };
}
