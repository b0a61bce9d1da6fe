import type { Queries } from '@cloister/database';
import { type ReceiptClaims, receiptHash, signReceipt } from '@cloister/receipts';
import {
  type CloisterError,
  type CompactJws,
  instanceUri,
  type OperationFrame,
  type OperationId,
  type Uuid,
} from '@cloister/wire';
import type { KmsContext } from '../context.ts';
import { asKmsError } from '../domain/failure.ts';
import type { Outcome } from '../domain/outcome.ts';
import { saveResource } from '../store/resource-row.ts';

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
 * The receipt of an applied change, the next in its resource's chain; the resource is locked, and saved as it is given. The
 * receipt becomes valid with the transaction, so it must not be handed out before the commit.
 */
export const signApplied = async (
  signing: Signing,
  tx: Queries,
  asked: Signed,
  applied: Pick<ReceiptClaims, 'status' | 'subjects' | 'keyUris' | 'leaver'> & {
    resource: NonNullable<Outcome['resource']>;
  },
): Promise<CompactJws> => {
  const { resource, status, subjects, keyUris, leaver } = applied;
  const receipt = await signReceipt(
    {
      ...claimsOf(signing, asked),
      status,
      resourceUri: instanceUri(signing.kmsHost, 'resources', resource.resourceId as Uuid),
      subjects: [...subjects],
      keyUris: [...keyUris],
      authorizationVersion: resource.listVersion,
      previous: resource.lastReceipt,
      ...(leaver === undefined ? {} : { leaver }),
    },
    signing.receipts,
  );
  await saveResource(tx, { ...resource, lastReceipt: await receiptHash(receipt) });
  return receipt;
};

/** The receipt of a refusal: it decides nothing about a resource and stands in no chain (wires.md §4), and says why. */
export const signRefused = (signing: Signing, asked: Signed, error: CloisterError): Promise<CompactJws> => {
  const { status, code } = asKmsError(error);
  return signReceipt(
    {
      ...claimsOf(signing, asked),
      status,
      code,
      resourceUri: null,
      subjects: [],
      keyUris: [],
      authorizationVersion: null,
      previous: null,
    },
    signing.receipts,
  );
};
