// Writes down who did what, on this tablet, before it is done. Invariant: `kept` is answered only after the event is on the
// medium, with the next number of this tablet in it.
import { auditEvent, auditEventSchema, type Audited } from '#lib/domain/audit-event.ts';
import type { IdSource } from '#lib/domain/document-id.ts';
import { auditScope, communityOfGrid } from '#lib/domain/scopes.ts';
import { storageFaultKind } from '#lib/protocol/storage-fault.ts';
import type { DeviceStore } from '#lib/storage/open-store.ts';
import type { FieldSession } from './field-session.ts';

/** `nowhere`: of this person no community is known, so that there is no audit to write to. */
export type AuditOutcome = 'kept' | 'full' | 'failed' | 'nowhere';

export interface AuditDesk {
  record(audited: Audited): Promise<AuditOutcome>;
}

export interface AuditParts {
  store: Pick<DeviceStore, 'saveNumbered'>;
  session: Pick<FieldSession, 'author' | 'communities'>;
  ids: IdSource;
}

export function auditDesk({ store, session, ids }: AuditParts): AuditDesk {
  return {
    async record(audited) {
      const { grid } = audited;
      const community = grid === undefined ? session.communities()[0] : communityOfGrid(grid);
      if (community === undefined) return 'nowhere';
      const scope = auditScope(community);
      try {
        const saved = await store.saveNumbered((number) => {
          const event = auditEvent(audited, { author: session.author(), ids, number });
          return { scope, body: { ...auditEventSchema.parse(event) } };
        });
        return saved.outcome === 'saved' ? 'kept' : 'full';
      } catch (error) {
        if (storageFaultKind(error) === undefined) throw error;
        return 'failed';
      }
    },
  };
}
