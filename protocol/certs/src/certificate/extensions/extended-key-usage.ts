import { children, oidOf, readDer, TAG } from '../../der/der.ts';
import { unreadable } from '../../refused.ts';

/** A certificate's purposes as OIDs in hex, at least one (RFC 5280 §4.2.1.12). */
export function readExtendedKeyUsage(value: Uint8Array<ArrayBuffer>): readonly string[] {
  const purposes = children(readDer(value, TAG.sequence)).map(oidOf);
  if (purposes.length === 0) throw unreadable();
  return purposes;
}
