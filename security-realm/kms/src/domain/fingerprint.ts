import { createHash } from 'node:crypto';
import { CloisterError, type KmsRequest, type OperationKind } from '@cloister/wire';

/**
 * What a request asks for, as one hash: method, address and body, the credential aside (architecture §5). A repeat under
 * the same requestId must have the same one.
 */
export const fingerprint = ({ client: _, requestId: __, ...asked }: KmsRequest): Buffer =>
  createHash('sha256').update('cloister/request/v1').update(canonical(asked)).digest();

/** Members in order of their names, at every depth, so that the order sent does not matter. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
};

/** The asking device, which a published client names by its address. */
export const clientDigest = (clientId: string): Buffer =>
  createHash('sha256').update('cloister/client/v1').update(clientId).digest();

type Remembered = {
  readonly fingerprint: Buffer | null;
  readonly kind: OperationKind | 'message' | 'closed';
  readonly roomId: string | null;
};

/**
 * Refuses a requestId that was used for something else: another request, or the same one in another change or room.
 * @throws CloisterError `kms/request-reused`
 */
export const checkSameRequest = (known: Remembered, asked: Remembered): void => {
  const same = known.fingerprint !== null && asked.fingerprint !== null && known.fingerprint.equals(asked.fingerprint);
  if (!same || known.kind !== asked.kind || known.roomId !== asked.roomId) {
    throw new CloisterError('kms/request-reused');
  }
};
