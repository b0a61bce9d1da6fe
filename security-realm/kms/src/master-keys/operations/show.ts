import type { Queries } from '@cloister/database';
import { instanceUri, type MasterKeyOverview, type UserId, type Uuid } from '@cloister/wire';
import type { KmsContext } from '../../context.ts';
import { headOf, type OrganisationKeys, visible } from '../domain/organisation-keys.ts';
import { representMasterKey, rotationOf, type Shown } from '../domain/represent.ts';
import { keksUnder } from '../store/keks-under.ts';
import { type MasterKeyEventRow, masterKeyEvents } from '../store/master-key-event-row.ts';
import { revocationProgress } from '../store/node-row.ts';
import type { KeyFacts } from './key-facts.ts';

const HISTORY = 200;

/** An organisation's main keys, ready to be represented, and the overview that comes with every reply about them. */
export const show = async (
  context: Pick<KmsContext, 'kmsHost' | 'databaseNow'>,
  queries: Queries,
  keys: OrganisationKeys,
  facts: KeyFacts,
): Promise<{ readonly shown: Shown; readonly masterKeys: MasterKeyOverview }> => {
  const { kmsHost, databaseNow } = context;
  const { organisationId } = keys;
  const now = await databaseNow(queries);
  const under = await keksUnder(queries, keys);
  const revocation = await revocationProgress(queries, organisationId, now);
  const shown = { kmsHost, keys, under, revocation, now };
  const uriOf = (keyId: string) => instanceUri(kmsHost, 'cmk', keyId as Uuid);
  const head = headOf(keys);
  const { rotation } = rotationOf(keys.defaultRotationStartedAt, keys.defaultRotationTotal, under.default);
  const { defaultKeyId, ...rest } = facts;
  const masterKeys: MasterKeyOverview = {
    version: keys.version,
    isFrozen: keys.isFrozen,
    head: headUri(head === null ? 'default' : head, uriOf),
    ...rest,
    defaultUri: uriOf(defaultKeyId),
    defaultRole: keys.defaultRole,
    ...(rotation === undefined ? {} : { defaultRotation: rotation }),
    keys: visible(keys).map((key) => representMasterKey(shown, key)),
    history: (await masterKeyEvents(queries, organisationId, HISTORY)).map((row) => represent(row, uriOf)),
  };
  return { shown, masterKeys };
};

type UriOf = (keyId: string) => ReturnType<typeof instanceUri<'cmk'>>;

const headUri = (head: 'default' | { readonly keyId: string; readonly state: string }, uriOf: UriOf) => {
  if (head === 'default') return 'default' as const;
  return head.state === 'removed' ? null : uriOf(head.keyId);
};

const represent = ({ at, keyId, from, to, act, actorId }: MasterKeyEventRow, uriOf: UriOf) => ({
  at: at.toISOString(),
  uri: keyId === null ? ('default' as const) : uriOf(keyId),
  from,
  to,
  act,
  by: actorId as UserId | null,
});
