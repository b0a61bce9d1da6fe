import type { Queries } from '@cloister/database';
import { type ReceiptClaims, receiptHash, signReceipt } from '@cloister/receipts';
import { type CompactJws, instanceUri, type OperationFrame, type OperationId, type Uuid } from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import type { Outcome } from '../domain/outcome.ts';
import { setLastReceipt } from '../store/resource-row.ts';

/** The change in the core that a receipt answers. */
export type Signed = Pick<OperationFrame, 'kind' | 'roomId' | 'userId' | 'organisationId'> & {
  readonly operationId: OperationId;
};

type Signing = Pick<KmsContext, 'kmsHost' | 'receipts' | 'now'>;

const claimsOf = ({ kmsHost, now }: Signing, asked: Signed) => ({
  iss: kmsHost,
  operationId: asked.operationId,
  operation: asked.kind,
  room: asked.roomId,
  actor: { id: asked.userId, organisationId: asked.organisationId },
  issuedAt: Math.floor(now().getTime() / 1000),
});

/**
 * The receipt of an applied change, the next in its resource's chain; the resource is locked. It becomes valid with the
 * transaction, so it must not be handed out before the commit.
 */
export const signApplied = async (
  signing: Signing,
  tx: Queries,
  asked: Signed,
  applied: Pick<ReceiptClaims, 'status' | 'subjects' | 'keyUris'> & { resource: NonNullable<Outcome['resource']> },
): Promise<CompactJws> => {
  const { resource, status, subjects, keyUris } = applied;
  const receipt = await signReceipt(
    {
      ...claimsOf(signing, asked),
      status,
      resourceUri: instanceUri(signing.kmsHost, 'resources', resource.resourceId as Uuid),
      subjects: [...subjects],
      keyUris: [...keyUris],
      authorizationVersion: resource.listVersion,
      previous: resource.lastReceipt,
    },
    signing.receipts,
  );
  await setLastReceipt(tx, resource.resourceId, await receiptHash(receipt));
  return receipt;
};

/** The receipt of a refusal: it decides nothing about a resource and stands in no chain (wires.md §4). */
export const signRefused = (signing: Signing, asked: Signed, status: number): Promise<CompactJws> =>
  signReceipt(
    {
      ...claimsOf(signing, asked),
      status,
      resourceUri: null,
      subjects: [],
      keyUris: [],
      authorizationVersion: null,
      previous: null,
    },
    signing.receipts,
  );
