import type { MasterKeyView } from '@cloister/wire';

/** How far a revocation has come: `revoking 2 of 3`, then `revoked after 1.2 s`. */
export const revocationText = ({
  requestedAt,
  nodes,
  acknowledged,
  effectiveAt,
}: NonNullable<MasterKeyView['revocation']>): string => {
  if (effectiveAt === undefined) return `revoking ${acknowledged} of ${nodes}`;
  return `revoked after ${((Date.parse(effectiveAt) - Date.parse(requestedAt)) / 1000).toFixed(1)} s`;
};

/** How much is still under the key of before: `rotated 4 of 17`, and what stays there. */
export const rotationText = ({ total, done, refused = 0 }: RotationCount): string =>
  refused === 0 ? `rotated ${done} of ${total}` : `rotated ${done} of ${total}, ${refused} cannot be opened`;

export type RotationCount = Omit<NonNullable<MasterKeyView['rotation']>, 'startedAt'>;
