import { CloisterError } from '@cloister/wire';
import type { ByteRange } from '../files/file-store.ts';

const single = /^bytes=(\d{0,15})-(\d{0,15})$/;

/**
 * The one range a `Range` header asks for; undefined for the whole file. Several ranges, other units and malformed headers
 * are ignored, as RFC 9110 §14.2 allows.
 * @throws CloisterError `core/range-not-satisfiable`
 */
export const parseByteRange = (header: string | undefined, size: number): ByteRange | undefined => {
  const match = header === undefined ? null : single.exec(header);
  const [, from = '', to = ''] = match ?? [];
  if (match === null || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  // §14.1.1: "A … range is invalid if the last-pos value is present and less than first-pos"; an invalid one is ignored.
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= size || (from === '' && Number(to) === 0)) throw new CloisterError('core/range-not-satisfiable');
  return { first, last };
};
