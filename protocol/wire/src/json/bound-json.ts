import { CloisterError } from '../errors/cloister-error.ts';

/** No published message nests deeper than ten; what does is made to exhaust a stack. */
const maxDepth = 32;

/**
 * Refuses values that are no plain JSON, nest too deep, or would be longer than `maxBytes` written out.
 * Also refuses a member named `__proto__`: copied by assignment, it would change an object's prototype.
 * @throws CloisterError `wire/too-large` or `wire/invalid-message`
 */
export const boundJson = (root: unknown, maxBytes: number): void => {
  const stack: { value: unknown; depth: number }[] = [{ value: root, depth: 0 }];
  let bytes = 0;
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { value, depth } = next;
    bytes += sizeOf(value);
    if (bytes > maxBytes) throw new CloisterError('wire/too-large');
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= maxDepth) throw new CloisterError('wire/invalid-message', { detail: 'nested too deep' });
    for (const [name, member] of members(value)) {
      bytes += name.length;
      stack.push({ value: member, depth: depth + 1 });
    }
  }
};

const sizeOf = (value: unknown): number => {
  switch (typeof value) {
    case 'string':
      return value.length + 3;
    case 'number':
    case 'boolean':
    case 'undefined':
    case 'object':
      return 2;
    default:
      throw new CloisterError('wire/invalid-message', { detail: 'not JSON' });
  }
};

const members = (value: object): [string, unknown][] => {
  if (Array.isArray(value)) return value.map((item) => ['', item]);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new CloisterError('wire/invalid-message', { detail: 'not JSON' });
  }
  if (Object.hasOwn(value, '__proto__')) throw new CloisterError('wire/invalid-message', { detail: 'a reserved name' });
  return Object.entries(value);
};
