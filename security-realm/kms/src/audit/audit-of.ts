import { type CloisterError, idOf, type KmsCredential, type KmsRequest, type RoomId } from '@cloister/wire';
import type { Asked } from '../domain/asked.ts';
import { asKmsError } from '../domain/failure.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { AuditEntry, AuditPurpose } from './audit-entry.ts';

/** Operations by which administrators keep an organisation's keys. */
const administration: ReadonlySet<KmsRequest['operation']> = new Set([
  'createKek',
  'updateKek',
  'listKeks',
  'listDefaultMasterKey',
  'retrievePublicKey',
  'createMasterKey',
  'listMasterKeys',
  'diagnoseMasterKey',
  'updateMasterKey',
  'useDefaultMasterKey',
  'deleteMasterKeys',
  'retrieveOutside',
  'setOutsidePolicy',
  'pauseOrganisation',
]);

const frame = ({ request, caller, part, operationId }: Asked, now: Date) => ({
  at: now.toISOString(),
  action: request.operation,
  ...asker(caller),
  ...(administration.has(request.operation) ? { purpose: 'administration' as AuditPurpose } : {}),
  ...behalf(request.client.credential, caller),
  ...aboutOutside(request),
  ...(part.kind === 'message' ? {} : { roomId: part.roomId, operationId: operationId() }),
});

/** What an administrator decided about other organisations. */
const aboutOutside = (request: KmsRequest): Partial<AuditEntry> => {
  if (request.operation === 'setOutsidePolicy') return { mode: request.policy.mode, domains: request.policy.domains };
  if (request.operation !== 'pauseOrganisation') return {};
  return { outsideId: request.organisationId, paused: request.paused };
};

/** Who asked, and what for. */
export const asker = ({ personId, organisationId, purpose }: Asked['caller']) => ({
  ...(purpose === null ? { personId } : { machineId: personId }),
  organisationId,
  purpose: purpose ?? ('participation' as AuditPurpose),
});

const behalf = ({ onBehalfOf }: KmsCredential, { personId }: Asked['caller']) =>
  onBehalfOf === undefined || onBehalfOf === personId ? {} : { purpose: 'ediscovery' as AuditPurpose, onBehalfOf };

/** What was done or given. */
export const auditAllowed = (asked: Asked, outcome: Outcome, now: Date): AuditEntry => {
  const room = (outcome.resource?.roomId ?? undefined) as RoomId | undefined;
  return {
    ...frame(asked, now),
    outcome: 'allowed',
    ...(room === undefined ? {} : { roomId: room }),
    ...(outcome.resource === null ? {} : { resourceId: outcome.resource.resourceId }),
    ...(outcome.keys.length + outcome.keyUris.length === 0
      ? {}
      : { keyIds: [...new Set([...outcome.keys.map(({ keyId }) => keyId), ...outcome.keyUris.map(idOf)])] }),
    ...(outcome.kekId === undefined ? {} : { kekId: outcome.kekId }),
    ...(outcome.masterKeyId === undefined ? {} : { masterKeyId: outcome.masterKeyId }),
    ...(outcome.authorizationId === undefined ? {} : { authorizationId: outcome.authorizationId }),
    ...(outcome.subjects.length === 0 ? {} : { subjectIds: outcome.subjects.map(({ id }) => id) }),
  };
};

/** What was refused, and why. */
export const auditRefused = (asked: Asked, error: CloisterError, now: Date): AuditEntry => ({
  ...frame(asked, now),
  outcome: 'refused',
  code: asKmsError(error).code,
  ...('keyUri' in asked.request ? { keyIds: [idOf(asked.request.keyUri)] } : {}),
  ...('resourceUri' in asked.request ? { resourceId: idOf(asked.request.resourceUri) } : {}),
  ...('kekUri' in asked.request ? { kekId: idOf(asked.request.kekUri) } : {}),
  ...('masterKeyUri' in asked.request ? { masterKeyId: idOf(asked.request.masterKeyUri) } : {}),
});
