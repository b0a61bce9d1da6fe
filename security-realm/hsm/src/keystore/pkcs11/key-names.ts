import type { KeyName } from '../../protocol/main-key.ts';
import type { KeyDescription } from '../keystore.ts';

const bytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

/**
 * CKA_ID of a main key: key, then organisation, 16 bytes each. A key is looked for by both, so that it does not exist for
 * another organisation.
 */
export const idOf = ({ keyId, organisationId }: KeyName): Buffer =>
  Buffer.concat([bytes(keyId), bytes(organisationId)]);

/** The name that this CKA_ID says, or null when the object is not ours. */
export const nameOf = (id: Buffer): KeyName | null =>
  id.length === 32 ? { keyId: uuid(id.subarray(0, 16)), organisationId: uuid(id.subarray(16)) } : null;

/** CKA_ID of an organisation's upload key. */
export const uploadIdOf = (organisationId: string): Buffer => bytes(organisationId);

/** CKA_LABEL keeps with the object what is told of it: `cloister <purpose> <label> <creation time>`. */
export const textOf = ({ purpose, label, createdAt }: KeyDescription): string =>
  `cloister ${purpose} ${label} ${createdAt}`;

/** What a CKA_LABEL of ours says, or null. */
export const descriptionOf = (text: string): KeyDescription | null => {
  const match = /^cloister (main|channel) ([a-z0-9:.-]{1,64}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)$/.exec(text);
  const [, purpose, label = '', createdAt = ''] = match ?? [];
  return purpose === 'main' || purpose === 'channel' ? { purpose, label, createdAt } : null;
};

const uuid = (value: Buffer): string =>
  value.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
