import { createPrivateKey, type JsonWebKey } from 'node:crypto';
import { sql } from '@cloister/database';
import type { Kms } from '@cloister/kms';
import { signReceipt } from '@cloister/receipts';
import type { World } from './testing/world.ts';

/** A way to be wrong, planted by the test itself; the answer takes it out again. */
export interface Planted {
  readonly name: string;
  readonly plant: (world: World) => Promise<() => Promise<void>>;
}

type Asking = Parameters<Kms['handleOperationStatus']>[0];

const signed = (world: World, asking: Asking, decided: object): Promise<string> => {
  const { receiptKey } = world.kms.options.secrets;
  const { operationId, kind, roomId, userId: id, organisationId } = asking;
  const claims = {
    iss: world.kmsHost,
    operationId,
    operation: kind,
    room: roomId,
    actor: { id, organisationId },
    issuedAt: Math.floor(world.clock.now / 1000),
    ...decided,
  };
  const key = createPrivateKey({ key: receiptKey.privateJwk as JsonWebKey, format: 'jwk' });
  return signReceipt(claims as Parameters<typeof signReceipt>[0], { kid: receiptKey.kid, key });
};

const nothing = { resourceUri: null, subjects: [], keyUris: [], authorizationVersion: null, previous: null };

/** The key server says that an operation it does not know is closed, and does not write that down. */
const forgetsRefusals =
  (world: World) =>
  (kms: Kms): Kms => ({
    ...kms,
    handleOperationStatus: async (asking) => {
      const known = await world.kms.real.maybe(sql`select 1 from operation where operation_id = ${asking.operationId}`);
      if (known !== null) return kms.handleOperationStatus(asking);
      const receipt = await signed(world, asking, { status: 410, code: 'kms/operation-closed', ...nothing });
      return { status: 410, reply: null, receipt };
    },
  });

/** The key server acknowledges removals that it does not make. */
const acknowledgesOnly =
  (world: World) =>
  (kms: Kms): Kms => ({
    ...kms,
    handleOperation: async (frame) => {
      if (frame.kind !== 'remove' || frame.resourceUri === undefined) return kms.handleOperation(frame);
      const { resourceUri, organisationId } = frame;
      const row = await world.kms.real.one(sql<{ version: number; last: string }>`
      select list_version as version, last_receipt as last from resource
      where resource_id = ${resourceUri.slice(resourceUri.lastIndexOf('/') + 1)}`);
      const subjects = frame.subjects.map((id) => ({ id, organisationId }));
      const decided = { resourceUri, subjects, keyUris: [], authorizationVersion: row.version + 1, previous: row.last };
      return { status: 200, reply: null, receipt: await signed(world, frame, { status: 200, ...decided }) };
    },
  });

const spoiled = (name: string, spoil: (world: World) => (kms: Kms) => Kms): Planted => ({
  name,
  plant: async (world) => {
    world.kms.spoil = spoil(world);
    await world.restart();
    return async () => {
      world.kms.spoil = (kms) => kms;
      await world.restart();
    };
  },
});

/** The core's own statements, followed by one that it should not make. */
const withTrigger = (name: string, on: string, body: string): Planted => ({
  name,
  plant: async (world) => {
    const run = (text: string) => world.core.real.withClient((client) => client.query(text));
    await run(`create function planted() returns trigger language plpgsql as $$ begin ${body} end $$`);
    await run(`create trigger planted ${on} for each row execute function planted()`);
    return async () => {
      await run('drop function planted() cascade');
      await world.restart();
    };
  },
});

export const plantedFaults: readonly Planted[] = [
  spoiled('a key server that forgets what it refused', forgetsRefusals),
  spoiled('a key server that acknowledges without applying', acknowledgesOnly),
  withTrigger(
    'a core that adds somebody without a receipt',
    'after insert on intents',
    `if new.kind = 'add' then
      insert into memberships (room_id, user_id, organisation_id, joined_position)
      select new.room_id, unnest(new.subjects), new.organisation_id, 1 on conflict do nothing;
    end if;
    return new;`,
  ),
  withTrigger(
    'a core that lets people post under keys of before a departure',
    'before update on live_keys',
    'new.stale := old.stale; return new;',
  ),
];
