import { describe } from '../failure.ts';
import { Sick } from './sick.ts';

/** One thing the doctor looked at. */
export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  /** A number, a date, a reason: never a secret. */
  readonly detail: string;
  readonly hint?: string;
}

/** Runs a check; what it throws is its finding. */
export const finding = async (check: string, look: () => Promise<string>, hint?: string): Promise<Finding> => {
  try {
    return { check, ok: true, detail: await look() };
  } catch (cause) {
    const detail = cause instanceof Sick ? (cause.detail ?? '') : describe(cause).error;
    return { check, ok: false, detail, ...(hint === undefined ? {} : { hint }) };
  }
};
