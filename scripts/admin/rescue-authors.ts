// Whether what an envelope held could have been written by whom it names. Anybody can seal to a public key, and what is
// rescued is sent by an administrator, whom no rule of the field holds back. Invariant: what its author's account may not
// write into that database today, or what names another author than it was made by, is told and not sent by itself.
import { communityOfGrid } from '#lib/domain/scopes.ts';
import { parseTabletCard, TABLETS } from '#lib/domain/tablet-card.ts';
import { tabletCardId } from '#lib/domain/tablet-name.ts';
import { generationOf } from '#lib/protocol/revision.ts';
import { isObject } from '#lib/server/request-body.ts';
import type { StoredDocument } from '../provision/couch-administrator.ts';
import { ProvisionError } from '../provision/provision-error.ts';
import { accountId } from '../provision/staff-account.ts';
import type { ScopeKind } from '../provision/type-rules.ts';
import { mayWriteAs } from '../provision/write-rules.ts';
import { SCOPE_RULES } from '../scope-rules.ts';
import type { AdminServer } from './admin-command.ts';
import type { OpenedEnvelope } from './open-envelope.ts';

/** `otherMaker`: new, and made by somebody else than wrote it; `otherTablet`: she was never heard on that tablet. */
export type Doubt = 'noAuthor' | 'noAccount' | 'noRole' | 'otherMaker' | 'otherTablet';

export interface Doubted {
  envelope: OpenedEnvelope;
  /** By its own word; empty where it says nothing. */
  author: string;
  why: Doubt;
}

/** Those of these that are doubted, in their order. Throws a `ProvisionError` where the server does not answer. */
export async function doubtsOf(
  { couch, client }: AdminServer,
  opened: readonly OpenedEnvelope[],
): Promise<Doubted[]> {
  const accounts = remembered((user) => couch.readDocument('_users', accountId(user)));
  const tablets = remembered((tablet) => couch.readDocument(TABLETS, tabletCardId(tablet)));
  const securities = remembered((scope) => readSecurity(client, scope));
  const doubted: Doubted[] = [];
  for (const envelope of opened) {
    const { updatedBy, createdBy, device } = envelope.body;
    const author = typeof updatedBy === 'string' ? updatedBy : '';
    const why = await (async (): Promise<Doubt | undefined> => {
      if (author === '') return 'noAuthor';
      if (generationOf(envelope.rev) === 1 && createdBy !== author) return 'otherMaker';
      const account = await accounts(author);
      if (!account) return 'noAccount';
      const roles = rolesIn(account);
      if (!mayWrite(envelope.scope, { name: author, roles }, await securities(envelope.scope)))
        return 'noRole';
      const card = typeof device === 'string' ? parseTabletCard(await tablets(device)) : undefined;
      return card && !Object.hasOwn(card.people, author) ? 'otherTablet' : undefined;
    })();
    if (why) doubted.push({ envelope, author, why });
  }
  return doubted;
}

/** Asked once for each name. */
function remembered<T>(ask: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (name) => {
    const answer = known.get(name) ?? ask(name);
    known.set(name, answer);
    return answer;
  };
}

const textsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
const rolesIn = ({ roles }: StoredDocument): string[] => textsIn(roles);

/** Undefined where there is no such database: the sending says so. */
async function readSecurity(client: AdminServer['client'], scope: string): Promise<Members | undefined> {
  const answer = await client.request('GET', `/${scope}/_security`);
  if (answer.outcome === 'unreachable') throw new ProvisionError('unreachable', answer.reason);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new ProvisionError('refused', `GET /${scope}/_security: ${answer.status}`);
  const members = isObject(answer.body) && isObject(answer.body.members) ? answer.body.members : {};
  return { names: textsIn(members.names), roles: textsIn(members.roles) };
}

interface Members {
  names: string[];
  roles: string[];
}

function mayWrite(
  scope: string,
  who: { name: string; roles: readonly string[] },
  members: Members | undefined,
): boolean {
  if (SCOPE_RULES.isAppendOnly(scope)) return SCOPE_RULES.mayAppend(scope, who.roles);
  return members === undefined || mayWriteAs(kindOf(scope), who, members);
}

/** Of a scope of the field (`isSendable`). */
function kindOf(scope: string): ScopeKind {
  const [kind = '', code = ''] = scope.split('-');
  if (kind === 'photos') return code === communityOfGrid(code) ? 'desk-photos' : 'photos';
  return kind as ScopeKind;
}
