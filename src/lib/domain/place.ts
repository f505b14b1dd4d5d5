// Where things are: street, community, grid, building (all in `directory`), room (in its grid's roster).
import * as z from 'zod/mini';
import { documentHead, fieldStamps } from './document-head.ts';

/** 行政单元. */
export const unitSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('unit'),
  level: z.enum(['district', 'street', 'community']),
  /** 9 digits for a street, 12 for a community. */
  code: z.string().check(z.regex(/^\d{6}(\d{3}){0,2}$/)),
  name: z.string(),
  parent: z.optional(z.string()),
});

/** 责任网格. */
export const gridSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('grid'),
  code: z.string().check(z.regex(/^\d{15}$/)),
  name: z.string(),
  kind: z.enum(['residential', 'unit']),
  registeredHouseholds: z.optional(z.number()),
});
export type Grid = z.infer<typeof gridSchema>;

/** 楼栋. `units` in order; floors above ground are 1 and up, a basement is -1 and down. */
export const buildingSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('building'),
  grid: z.string().check(z.regex(/^\d{15}$/)),
  compound: z.optional(z.string()),
  /** As on the wall: `3`, `甲2`. */
  number: z.string(),
  units: z.array(z.looseObject({ number: z.string(), floors: z.number() })),
  lift: z.optional(z.boolean()),
  head: z.optional(z.looseObject({ name: z.string(), phone: z.optional(z.string()) })),
});
export type Building = z.infer<typeof buildingSchema>;

export const ROOM_STATES = ['owner', 'rented', 'shared', 'vacant', 'business', 'demolished'] as const;

/** 房屋. A door is `building-unit-room`, as people say it: `3-2-501`. */
export const roomSchema = z.looseObject({
  ...documentHead,
  ...fieldStamps,
  type: z.literal('room'),
  building: z.string(),
  buildingNumber: z.string(),
  unitNumber: z.string(),
  /** Floor as a number; basements negative. */
  floor: z.number(),
  roomNumber: z.string(),
  state: z.enum(ROOM_STATES),
  areaSquareMetres: z.optional(z.number()),
  landlord: z.optional(
    z.looseObject({ name: z.optional(z.string()), phones: z.optional(z.array(z.string())) }),
  ),
});
export type Room = z.infer<typeof roomSchema>;
export type RoomState = Room['state'];

/** `3-2-501`: what people call a door. */
export function doorOf(room: Pick<Room, 'buildingNumber' | 'unitNumber' | 'roomNumber'>): string {
  return [room.buildingNumber, room.unitNumber, room.roomNumber].filter(Boolean).join('-');
}
