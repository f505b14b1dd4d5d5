// A street in plain words: its communities, grids, buildings and people, from which every database, role and card of
// the directory follows. Codes are GB/T 2260 county + street + committee + serial: 9, 12 and 15 digits (domain.md 2.3).
import type { STAFF_ROLES } from '#lib/domain/staff.ts';

export interface StreetDescription {
  code: string;
  name: string;
  communities: CommunityDescription[];
  staff: StaffDescription[];
}

export interface CommunityDescription {
  code: string;
  name: string;
  grids: GridDescription[];
}

export interface GridDescription {
  code: string;
  name: string;
  kind: 'residential' | 'unit';
  registeredHouseholds?: number;
  buildings: BuildingDescription[];
}

export interface BuildingDescription {
  compound?: string;
  /** As on the wall; unique in its grid. */
  number: string;
  units: { number: string; floors: number }[];
  lift?: boolean;
  head?: { name: string; phone?: string };
}

export interface StaffDescription {
  /** Signs in with it; a database is named for her: a letter, then letters and digits, lower case. */
  user: string;
  name: string;
  role: (typeof STAFF_ROLES)[number];
  /** Needed to make her account; one that exists keeps its password. */
  password?: string;
  /** 15 digits each, of a worker. */
  grids: string[];
  /** 12 digits, of everybody but a supervisor. */
  community?: string;
  phone?: string;
  /** 15-digit codes of the grids whose restricted records she works with. */
  care?: string[];
  /** Further roles: may write the directory, may read the audit. */
  duties?: ('editor' | 'auditor')[];
}

/** A building's id in the directory: what stands on a wall is public, so it may stand in an id. */
export function buildingId(grid: string, number: string): string {
  const plain = /^[A-Za-z0-9]+$/.test(number);
  return `building:${grid}-${plain ? number : Buffer.from(number, 'utf8').toString('hex')}`;
}
