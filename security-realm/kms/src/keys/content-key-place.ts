import type { SealedPlace } from './key-vault.ts';

/** byok.md §5: a content key is bound to its organisation, its id, its level, and the KEK and version that wrap it. */
export const contentKeyPlace = ({ keyId, organisationId }: { keyId: string; organisationId: string }): SealedPlace => ({
  kind: 'content-key',
  organisationId,
  id: [keyId],
  level: 'content',
});
