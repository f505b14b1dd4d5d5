// A quick yes to what a schema says yes to: the value is looked at where it stands, nothing is copied and no issue is
// written. A roster of 80,000 documents is read so at each start (Zod itself took as long as all else together).
// Invariant: never a yes where the schema says no; after a no, or of what is not known here, the schema decides.
import type * as z from 'zod/mini';

export type QuickCheck = (value: unknown) => boolean;

const never: QuickCheck = () => false;
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Of a schema that changes nothing in what it reads. */
export function quickCheckOf(schema: z.core.$ZodType): QuickCheck {
  const { def, traits } = (schema as z.core.$ZodTypes)._zod;
  // It may be missing, but not be undefined: the two are not told apart here.
  if (traits.has('$ZodExactOptional')) return never;
  // One that checks by itself (an address, say), or makes of a value what it looks for.
  if ('check' in def || 'coerce' in def) return never;
  const limits = (def.checks ?? []).map(limitOf);
  const shape = shapeOf(def);
  if (limits.length === 0) return shape;
  return (value) => shape(value) && limits.every((limit) => limit(value));
}

function shapeOf(def: z.core.$ZodTypes['_zod']['def']): QuickCheck {
  switch (def.type) {
    case 'string':
      return (value) => typeof value === 'string';
    case 'number':
      return (value) => Number.isFinite(value);
    case 'boolean':
      return (value) => typeof value === 'boolean';
    case 'unknown':
      return (value) => value !== undefined;
    case 'literal':
      return oneOf(def.values);
    case 'enum':
      return oneOf(Object.values(def.entries).filter((entry) => typeof entry === 'string'));
    case 'optional': {
      const inner = quickCheckOf(def.innerType);
      return (value) => value === undefined || inner(value);
    }
    case 'array': {
      const element = quickCheckOf(def.element);
      return (value) => Array.isArray(value) && value.every(element);
    }
    case 'record':
      // Of keys that can be counted each one must be there.
      return def.keyType._zod.values
        ? never
        : recordOf(quickCheckOf(def.keyType), quickCheckOf(def.valueType));
    case 'object':
      return def.catchall?._zod.def.type === 'unknown' ? looseObjectOf(def.shape) : never;
    default:
      return never;
  }
}

function oneOf(values: readonly unknown[]): QuickCheck {
  const [only, ...others] = values;
  if (others.length === 0) return (value) => value === only;
  const known = new Set(values);
  return (value) => known.has(value);
}

function recordOf(key: QuickCheck, element: QuickCheck): QuickCheck {
  return (value) =>
    isObject(value) && Object.entries(value).every(([name, each]) => key(name) && element(each));
}

function looseObjectOf(shape: Readonly<Record<string, z.core.$ZodType>>): QuickCheck {
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, isRight: quickCheckOf(schema) }));
  return (value) => {
    if (!isObject(value)) return false;
    for (const { name, isRight } of fields) if (!isRight(value[name])) return false;
    return true;
  };
}

/** What is said of a string or a number beyond that it is one. */
function limitOf(check: z.core.$ZodCheck<never>): QuickCheck {
  const { def } = (check as unknown as z.core.$ZodChecks)._zod;
  switch (def.check) {
    case 'string_format': {
      const { pattern } = def;
      // The others check more than their pattern; one that remembers where it was would answer differently each time.
      if (def.format !== 'regex' || !pattern || pattern.global || pattern.sticky) return never;
      return (value) => pattern.test(value as string);
    }
    case 'max_length':
      return (value) => (value as string | unknown[]).length <= def.maximum;
    case 'number_format':
      return def.format === 'safeint' ? Number.isSafeInteger : never;
    case 'greater_than':
      return def.inclusive ? (value) => (value as number) >= Number(def.value) : never;
    case 'less_than':
      return def.inclusive ? (value) => (value as number) <= Number(def.value) : never;
    default:
      return never;
  }
}
