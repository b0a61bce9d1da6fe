import {
  type CustomerMasterKey,
  instanceUri,
  type KmsHost,
  type MasterKeyView,
  type OrganisationId,
  type Uuid,
} from '@cloister/wire';
import type { KeksUnder, Under } from '../store/keks-under.ts';
import type { RevocationProgress } from '../store/node-row.ts';
import type { MasterKey, OrganisationKeys } from './organisation-keys.ts';
import { REMIND_AFTER_MS } from './periods.ts';
import { usageStateOf } from './usage-state.ts';

/** What is known beside the keys themselves when they are shown. */
export type Shown = {
  readonly kmsHost: KmsHost;
  readonly keys: OrganisationKeys;
  readonly under: KeksUnder;
  /** How far the revocation of the head is; null while the organisation is not frozen. */
  readonly revocation: RevocationProgress | null;
  readonly now: Date;
};

/** A main key as our clients see it (docs/wires.md §12). */
export const representMasterKey = (shown: Shown, key: MasterKey): MasterKeyView => ({
  uri: instanceUri(shown.kmsHost, 'cmk', key.keyId as Uuid),
  state: key.state,
  source: sourceOf(key),
  createdAt: key.createdAt.toISOString(),
  stateUpdatedOn: key.stateChangedAt.toISOString(),
  ...moment('activatedAt', key.activatedAt),
  ...(key.checkValue === null ? {} : { check: key.checkValue.toString('hex') }),
  ...(key.arn === null ? {} : { arn: key.arn }),
  ...(key.unusable === null ? {} : { unusable: key.unusable }),
  ...rotationOf(key.rotationStartedAt, key.rotationTotal, shown.under.of(key.keyId)),
  ...moment('retireAt', key.retireAt),
  ...moment('purgeAt', key.purgeAt),
  reminder: isDue(key, shown.now),
  ...revocationOf(shown, key),
});

/** The same in the published form (kms.md §1.6). */
export const representCustomerMasterKey = (shown: Shown, key: MasterKey): CustomerMasterKey => {
  const cloister = representMasterKey(shown, key);
  const { uri, source, stateUpdatedOn, rotation } = cloister;
  return {
    usageState: usageStateOf(key, shown.keys),
    assignedOrgId: shown.keys.organisationId as OrganisationId,
    uri,
    source,
    stateUpdatedOn,
    ...(rotation === undefined ? {} : { rotation }),
    cloister,
  };
};

/** How far the rewrapping of KEKs has come. */
export const rotationOf = (startedAt: Date | null, total: number | null, { count, refused }: Under) =>
  startedAt === null || total === null
    ? {}
    : {
        rotation: {
          total,
          done: Math.max(0, total - count),
          startedAt: startedAt.toISOString(),
          ...(refused === 0 ? {} : { refused }),
        },
      };

/** As published; the database's word says what it is. */
const sourceOf = ({ source }: Pick<MasterKey, 'source'>) => (source === 'upload' ? 'BYOK' : 'AWS_KMS');

/** R034: "re-encrypt the active CMK at least once a year". */
const isDue = ({ state, activatedAt }: MasterKey, now: Date): boolean =>
  state === 'active' && activatedAt !== null && now.getTime() - activatedAt.getTime() >= REMIND_AFTER_MS;

const revocationOf = ({ keys, revocation }: Shown, { keyId }: MasterKey) => {
  if (revocation === null || keyId !== keys.headKeyId) return {};
  const { requestedAt, nodes, acknowledged, effectiveAt } = revocation;
  return {
    revocation: { requestedAt: requestedAt.toISOString(), nodes, acknowledged, ...moment('effectiveAt', effectiveAt) },
  };
};

const moment = <N extends string>(name: N, at: Date | null): { [K in N]?: string } =>
  (at === null ? {} : { [name]: at.toISOString() }) as { [K in N]?: string };
