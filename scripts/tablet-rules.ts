// What the gate is told of tablets: their cards (tablet-card.ts), who counts as a user, and the sentence for one that is lost.
// Invariant: a card that cannot be read shuts nobody out and is not written over.
import { cardUsedBy, cardWiped, parseTabletCard, standingOrder, TABLETS } from '#lib/domain/tablet-card.ts';
import {
  isTabletId,
  TABLET_HEADER,
  TABLET_LOST,
  TABLET_PATH,
  tabletCardId,
} from '#lib/domain/tablet-name.ts';
import type { DeviceRules } from '#lib/server/device-rules.ts';

const LOST = 'This tablet was reported lost: nothing is answered to it, and it is to clear itself.';

const instant = (ms: number) => new Date(ms).toISOString();

export const TABLET_RULES: DeviceRules = {
  header: TABLET_HEADER,
  path: TABLET_PATH,
  database: TABLETS,
  documentId: (device) => (isTabletId(device) ? tabletCardId(device) : undefined),
  shutOut(document) {
    const card = parseTabletCard(document);
    const order = card && standingOrder(card);
    return order && { error: TABLET_LOST, reason: LOST, order: order.nonce };
  },
  isUser: (roles) => roles.includes('staff'),
  usersOf: (document) => Object.keys(parseTabletCard(document)?.people ?? {}),
  usedBy(document, { device, user, nowMs }) {
    const card = parseTabletCard(document);
    if (document && !card) return undefined;
    return cardUsedBy(card, { tablet: device, user, now: instant(nowMs) });
  },
  reported(document, { body, nowMs }) {
    const nonce = (body as { wiped?: unknown } | null)?.wiped;
    if (typeof nonce !== 'string') return 'unknown';
    return cardWiped(parseTabletCard(document), { nonce, now: instant(nowMs) });
  },
};
