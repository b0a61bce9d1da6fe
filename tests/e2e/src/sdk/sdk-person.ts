import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type Client,
  connect,
  type Deployment,
  globalPlatform,
  memoryStore,
  type Platform,
  type Session,
  type Store,
  signInWithPassword,
  type TimelineEntry,
} from '@cloister/sdk';
import type { Constellation } from '@cloister/testkit';
import { parseKmsHost, type RoomId, type UserId } from '@cloister/wire';

/** A signed-in person with a client, as a test drives them. */
export interface SdkPerson {
  readonly id: UserId;
  readonly session: Session;
  readonly client: Client;
  readonly store: Store;
  close(): Promise<void>;
}

export interface SdkPersonOptions {
  readonly platform?: Platform;
  readonly store?: Store;
}

export const sdkPerson = async (
  all: Constellation,
  local: string,
  { platform = globalPlatform, store = memoryStore() }: SdkPersonOptions = {},
): Promise<SdkPerson> => {
  const { email, password, organisationId } = all.person(local);
  const session = await signInWithPassword({
    deployment: deploymentOf(all, organisationId),
    store: memoryStore(),
    platform,
    email,
    password,
  });
  return withSession(session, store, platform);
};

/** Another client of the same session: a second device, or the same one after a restart when the store is. */
export const withSession = async (
  session: Session,
  store: Store = memoryStore(),
  platform: Platform = globalPlatform,
): Promise<SdkPerson> => {
  const client = await connect(session, { store, platform, deviceName: 'test' });
  await until(client, () => client.snapshot().connection.state === 'online' && client.snapshot().loaded);
  return { id: session.personId, session, client, store, close: () => client.close() };
};

export const deploymentOf = ({ endpoints }: Constellation, organisationId: string): Deployment => {
  const organisation = endpoints.organisations.find(({ id }) => id === organisationId);
  if (organisation === undefined) throw new Error('no such organisation');
  const { catalogue, oauth, identity } = endpoints;
  const root = new X509Certificate(readFileSync(organisation.kmsRootCertificate));
  return {
    catalogue,
    oauth,
    identity,
    clientId: 'cloister-cli',
    scope: 'openid spark:all spark:kms spark:people_read',
    kmsHost: parseKmsHost(organisation.kmsHost),
    kmsRoots: [root.raw.toString('base64')],
  };
};

/** Waits for something a client shows; the test's own time limit ends it. */
export const until = async <T>(client: Client, look: () => T | undefined | false, roomId?: RoomId): Promise<T> => {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const check = () => {
    try {
      const found = look();
      if (found !== undefined && found !== false) resolve(found);
    } catch (cause) {
      reject(cause);
    }
  };
  const ends = [client.subscribe(check), ...(roomId === undefined ? [] : [client.subscribeTimeline(roomId, check)])];
  check();
  try {
    return await promise;
  } finally {
    for (const end of ends) end();
  }
};

/** Opens a room, as soon as the person's client knows it. */
export const enter = async ({ client }: SdkPerson, roomId: RoomId): Promise<void> => {
  await until(client, () => client.snapshot().rooms.some(({ id }) => id === roomId));
  await client.rooms.open(roomId);
};

/** The entry with this text once it is open in this person's timeline. */
export const seen = async (person: SdkPerson, roomId: RoomId, text: string): Promise<TimelineEntry> => {
  await enter(person, roomId);
  return until(
    person.client,
    () => person.client.timeline(roomId).entries.find((entry) => textOf(entry) === text),
    roomId,
  );
};

export const textOf = (entry: TimelineEntry): string | undefined =>
  entry.kind === 'message' && entry.content.state === 'open' ? entry.content.value.text : undefined;

export const textsOf = (client: Client, roomId: RoomId): string[] =>
  client
    .timeline(roomId)
    .entries.map(textOf)
    .filter((text) => text !== undefined);

/** Who did what to whom, by these kinds of entries, once a room's timeline shows that many: `[kind, actor, person]`. */
export const eventsSeen = (
  { client }: SdkPerson,
  roomId: RoomId,
  kinds: readonly ('joined' | 'left' | 'appointed' | 'dismissed')[],
  count: number,
) =>
  until(
    client,
    () => {
      const found = client
        .timeline(roomId)
        .entries.flatMap((entry) =>
          'person' in entry && kinds.includes(entry.kind) ? [[entry.kind, entry.actor, entry.person]] : [],
        );
      return found.length === count ? found : undefined;
    },
    roomId,
  );

/** Makes a room with these people, and opens it. */
export const makeRoom = async (
  { client }: SdkPerson,
  title: string,
  people: readonly Pick<SdkPerson, 'id'>[],
): Promise<RoomId> => {
  const roomId = await client.rooms.create({ title, people: people.map(({ id }) => id) });
  await client.rooms.open(roomId);
  return roomId;
};

/** Sends and waits until the core stored it. */
export const say = async ({ client }: SdkPerson, roomId: RoomId, text: string): Promise<TimelineEntry> =>
  client.sent(roomId, await client.send(roomId, { text }));
