import { CloisterError } from '../errors/cloister-error.ts';

/** No published message nests deeper than ten; what does is made to exhaust a stack. */
const maxDepth = 32;

/**
 * Refuses values that are not plain JSON, that nest too deep, or whose text would be longer than `maxBytes` (counted from
 * below, so nothing of the allowed size is refused). Also refuses a member named `__proto__`, which would change a prototype
 * when copied by assignment, and text that could not be stored or sent on as it came: lone surrogates (RFC 7493 §2.1 forbids
 * them) and NUL, which PostgreSQL cannot hold.
 * @throws CloisterError `wire/too-large` or `wire/invalid-message`
 */
export const boundJson = (root: unknown, maxBytes: number): void => {
  const budget = measure(root, maxBytes, 0);
  if (budget < 0) throw new CloisterError('wire/too-large');
};

/** What is left of the budget. The recursion is as deep as `maxDepth` allows. */
const measure = (value: unknown, budget: number, depth: number): number => {
  switch (typeof value) {
    case 'string':
      requirePortable(value);
      return budget - value.length - 2;
    case 'number':
      if (!Number.isFinite(value)) throw new CloisterError('wire/invalid-message', { detail: 'not JSON' });
      return budget - 1;
    case 'boolean':
    case 'undefined':
      return budget - 1;
    case 'object':
      return value === null ? budget - 4 : measureMembers(value, budget - 2, depth + 1);
    default:
      throw new CloisterError('wire/invalid-message', { detail: 'not JSON' });
  }
};

const measureMembers = (value: object, budget: number, depth: number): number => {
  if (depth > maxDepth) throw new CloisterError('wire/invalid-message', { detail: 'nested too deep' });
  let left = budget;
  if (Array.isArray(value)) {
    for (const item of value) {
      left = measure(item, left, depth);
      if (left < 0) break;
    }
    return left;
  }
  requirePlain(value);
  for (const name of Object.keys(value)) {
    requirePortable(name);
    left = measure((value as Record<string, unknown>)[name], left - name.length - 3, depth);
    if (left < 0) break;
  }
  return left;
};

const requirePlain = (value: object): void => {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CloisterError('wire/invalid-message', { detail: 'not JSON' });
  }
  if (Object.hasOwn(value, '__proto__')) throw new CloisterError('wire/invalid-message', { detail: 'a reserved name' });
};

const requirePortable = (text: string): void => {
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new CloisterError('wire/invalid-message', { detail: 'text that is not Unicode' });
  }
};
