// Why the server did not take something, in a sentence, with what to do where there is something to do.
import { m } from '#messages';
import type { Refusal } from '#lib/domain/refusal.ts';
import { fieldWord } from './type-words.ts';

export function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'missing':
      return m.refusal_missing({ field: fieldWord(refusal.field) });
    case 'wrongKind':
      return m.refusal_wrongKind({ field: fieldWord(refusal.field) });
    case 'unknownValue':
      return m.refusal_unknownValue({ field: fieldWord(refusal.field) });
    case 'ruled':
      return refusal.field === undefined
        ? m.refusal_ruled()
        : m.refusal_ruled_field({ field: fieldWord(refusal.field) });
    case 'notAllowed':
      return m.refusal_notAllowed();
    case 'signIn':
      return m.refusal_signIn();
    case 'written':
      return m.refusal_written();
    case 'tooLarge':
      return m.refusal_tooLarge();
    case 'malformed':
      return m.refusal_malformed();
    case 'damaged':
      return m.refusal_damaged();
    case 'photoTooLarge':
      return m.refusal_photo_large();
    case 'photoDamaged':
      return m.refusal_photo_damaged();
  }
}
