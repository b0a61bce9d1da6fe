import type * as z from 'zod/mini';
import type * as core from 'zod/v4/core';

/** A key in a configuration file that its schema does not know. */
export type UnknownKey = { path: string; known: readonly string[]; key: string };

/**
 * Walks value and schema together and lists every key that no schema knows.
 * Done apart from parsing, so that a schema written with the lenient `z.object` is as strict as any other.
 */
export function unknownKeys(schema: z.core.$ZodType, value: unknown, path = ''): UnknownKey[] {
  const def = (schema as core.$ZodTypes)._zod.def;
  switch (def.type) {
    case 'object': {
      if (!isPlainObject(value)) return [];
      const known = Object.keys(def.shape);
      return Object.entries(value).flatMap(([key, member]) => {
        const inner = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
        if (inner === undefined)
          return def.catchall && def.catchall._zod.def.type !== 'never' ? [] : [{ path, known, key }];
        return unknownKeys(inner, member, join(path, key));
      });
    }
    case 'array':
      if (!Array.isArray(value)) return [];
      return value.flatMap((member, index) => unknownKeys(def.element, member, `${path}[${index}]`));
    case 'record':
      if (!isPlainObject(value)) return [];
      return Object.entries(value).flatMap(([key, member]) => unknownKeys(def.valueType, member, join(path, key)));
    case 'union':
      return def.options
        .map((option) => unknownKeys(option, value, path))
        .reduce((fewest, found) => (found.length < fewest.length ? found : fewest));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'nonoptional':
      return unknownKeys(def.innerType, value, path);
    case 'pipe':
      return unknownKeys(def.in, value, path);
    default:
      return [];
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
