import { children, expectTrue, readDer, TAG, unsignedOf } from '../../der/der.ts';
import { unreadable } from '../../refused.ts';

/** Whether a certificate is an authority's, and how many authorities may follow it (RFC 5280 §4.2.1.9). */
export interface BasicConstraints {
  readonly isAuthority: boolean;
  /** Null is no limit. */
  readonly pathLength: number | null;
}

export function readBasicConstraints(value: Uint8Array<ArrayBuffer>): BasicConstraints {
  const parts = [...children(readDer(value, TAG.sequence))];
  const isAuthority = parts[0]?.tag === TAG.boolean;
  if (isAuthority) expectTrue(parts.shift());
  const [length, ...rest] = parts;
  if (rest.length > 0) throw unreadable();
  return { isAuthority, pathLength: length === undefined ? null : numberOf(unsignedOf(length)) };
}

const numberOf = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
