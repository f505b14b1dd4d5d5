// What every document says of itself beside its work: who wrote it when, on which device, by which schema.

export const HEAD_FIELDS = [
  'type',
  'schema',
  'createdAt',
  'createdBy',
  'updatedAt',
  'updatedBy',
  'device',
  'salt',
] as const;
