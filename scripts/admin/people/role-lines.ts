// Roles as a terminal shows them, each with its last day.
import { lastDayOf, type HeldRoles } from '../../people/held-roles.ts';

export const rolesShown = ({ roles, ends }: HeldRoles): string[] =>
  roles.map((role) => {
    const end = Object.hasOwn(ends, role) ? ends[role] : undefined;
    return end === undefined ? role : `${role} 到 until ${lastDayOf(end)}`;
  });
