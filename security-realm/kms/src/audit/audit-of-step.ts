import type { OrganisationKeys } from '../master-keys/domain/organisation-keys.ts';
import type { MasterKeyStep } from '../master-keys/domain/transition.ts';
import type { AuditEntry } from './audit-entry.ts';

/** A step in the life of a main key (byok.md §3): which, from where to where, by whom, at which epoch. Nobody: by itself. */
export const auditOfStep = (
  { keyId, from, to, act }: MasterKeyStep,
  { organisationId, epoch }: Pick<OrganisationKeys, 'organisationId' | 'epoch'>,
  actor: { readonly personId: string } | null,
  now: Date,
): AuditEntry => ({
  at: now.toISOString(),
  action: `masterKey.${act}`,
  outcome: 'allowed',
  ...(actor === null ? {} : { personId: actor.personId }),
  organisationId,
  purpose: 'administration',
  masterKeyId: keyId ?? 'default',
  from,
  to,
  epoch,
});
