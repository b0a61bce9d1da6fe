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

/** How much is still under the key of before. */
export const rotationText = ({ total, done }: NonNullable<MasterKeyView['rotation']>): string =>
  `rotated ${done} of ${total}`;
