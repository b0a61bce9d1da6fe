import { importReceiptPublicKey, parseReceipt, type ReceiptClaims, verifyReceipt } from '@cloister/receipts';
import { checkReceiptBinding } from '@cloister/verify';
import {
  type ChangeAsked,
  type ChangeDecided,
  CloisterError,
  hostOf,
  type KmsHost,
  type KmsResponse,
  type ResourceUri,
} from '@cloister/wire';
import type { Federation } from '../open-federation.ts';

/** The change that home was asked for, or asked to close. */
export type AskedOfHome = Pick<ChangeAsked, 'operationId' | 'kind' | 'roomId' | 'actor' | 'resourceUri'> &
  Partial<Pick<ChangeAsked, 'subjects' | 'keyUri'>>;

/** What home decided, proved to be about that change. */
export type CheckedDecision = { readonly claims: ReceiptClaims; readonly response: KmsResponse | null };

/**
 * Home's word on a change: a receipt that its own key signed, for this very change, and an answer that says no more than
 * such a change may: no keys, which are given by who made them, and no word about who asked.
 * @throws CloisterError `kms/peer-broken` for anything else, `kms/peer-…`
 */
export const checkDecided = async (
  receiptKeyOf: Federation['receiptKeyOf'],
  asked: AskedOfHome,
  { status, receipt, response }: ChangeDecided,
): Promise<CheckedDecision> => {
  const claims = await verify(receiptKeyOf, hostOf(asked.resourceUri), receipt);
  checkBinding(claims, asked);
  if (claims.status !== status) throw broken('another outcome than its receipt says');
  return { claims, response: response && readResponse(response, claims, asked.resourceUri) };
};

const verify = async (
  receiptKeyOf: Federation['receiptKeyOf'],
  kmsHost: KmsHost,
  receipt: string,
): Promise<ReceiptClaims> => {
  try {
    const { kid } = parseReceipt(receipt);
    const key = await importReceiptPublicKey(await receiptKeyOf(kmsHost, kid));
    return await verifyReceipt(receipt, { kmsHost, kid, key });
  } catch (cause) {
    if (cause instanceof CloisterError && cause.code.startsWith('kms/')) throw cause;
    throw broken('a receipt that home did not sign', cause);
  }
};

const checkBinding = (claims: ReceiptClaims, asked: AskedOfHome): void => {
  const { kind: operation, subjects, resourceUri, keyUri, ...rest } = asked;
  const kmsHost = hostOf(resourceUri);
  const bound = subjects === undefined ? claims.subjects : subjects.map((id) => partyOf(claims, id));
  try {
    checkReceiptBinding(claims, { ...rest, kmsHost, operation, subjects: bound, resourceUri, keyUri });
  } catch (cause) {
    throw broken('a receipt of another change', cause);
  }
};

/** Which organisation each is of, the core knows. */
const partyOf = ({ subjects }: ReceiptClaims, id: string) =>
  subjects.find((party) => party.id === id) ?? { id, organisationId: '' };

const readResponse = (response: KmsResponse, claims: ReceiptClaims, resourceUri: ResourceUri): KmsResponse => {
  const { status, requestId, reason, errorCode, cloister, authorization, authorizations } = response;
  const isOther = [authorization, ...(authorizations ?? [])].some((each) => each && each.resourceUri !== resourceUri);
  // That somebody's token or channel is not accepted, their own key server alone can say.
  if (status !== claims.status || isOther || [401, 499].includes(status))
    throw broken('another answer than was decided');
  return {
    status,
    requestId,
    ...(reason === undefined ? {} : { reason }),
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(cloister === undefined ? {} : { cloister }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(authorizations === undefined ? {} : { authorizations }),
  };
};

const broken = (detail: string, cause?: unknown) => new CloisterError('kms/peer-broken', { detail, cause });
