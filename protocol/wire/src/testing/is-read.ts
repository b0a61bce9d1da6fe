import { expect } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';

/** Whether our parser takes a value; what it refuses, it refuses with a typed error. */
export const isRead = (parse: (input: never) => unknown) => (value: unknown) => {
  try {
    parse(value as never);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(CloisterError);
    return false;
  }
};
