import { KeyObject, type webcrypto } from 'node:crypto';
import { importReceiptPublicKey, type ReceiptKey, type ReceiptPublicJwk } from '@cloister/receipts';
import { type OrganisationId, parseKmsHost, parseUuid } from '@cloister/wire';
import type { CoreConfig } from './config.ts';
import { Realms } from './domain/realms.ts';

/** The realms of the configuration, their receipt keys ready to verify with. */
export const openRealms = async (config: CoreConfig): Promise<Realms<ReceiptKey>> =>
  new Realms(
    await Promise.all(
      config.realms.map(async ({ kmsHost, organisationIds, receiptKey }) => ({
        kmsHost: parseKmsHost(kmsHost),
        organisationIds: organisationIds.map((id) => parseUuid<OrganisationId>(id)),
        receipts: [{ kid: receiptKey.kid, key: await receiptKeyOf(receiptKey as ReceiptPublicJwk) }],
      })),
    ),
  );

/** As a key of Node, with which a receipt is verified at once. */
const receiptKeyOf = async (jwk: ReceiptPublicJwk): Promise<ReceiptKey> =>
  KeyObject.from((await importReceiptPublicKey(jwk)) as webcrypto.CryptoKey);
