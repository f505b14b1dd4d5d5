// The schemas of days and instants, apart from what computes with them: a screen that reads a day loads no schema.
import * as z from 'zod/mini';

export const isoInstantSchema = z.string().check(z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/));
export const isoDateSchema = z.string().check(z.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/));
