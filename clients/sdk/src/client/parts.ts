import type { KeyLimits, RoomId } from '@cloister/wire';
import { Uploads } from '../files/uploads.ts';
import { HttpClient } from '../http/http-client.ts';
import { ContentKeys } from '../keys/content-keys.ts';
import { OwnKeys } from '../keys/own-keys.ts';
import { Readers } from '../keys/readers.ts';
import { RevocationWatch } from '../keys/revocation-watch.ts';
import { ownDomains } from '../kms/own-domains.ts';
import { Delivery } from '../outbox/deliver.ts';
import { Outbox } from '../outbox/outbox.ts';
import { Affiliations } from '../people/affiliations.ts';
import { Introductions } from '../people/introductions.ts';
import { Organisations } from '../people/organisations.ts';
import { PeopleDirectory } from '../people/people-directory.ts';
import { ProfileReader } from '../people/profile-reader.ts';
import { Profiles } from '../people/profiles.ts';
import type { Platform } from '../platform.ts';
import { CoreRooms } from '../rooms/core-rooms.ts';
import { ResourcePins } from '../rooms/resource-pins.ts';
import { RoomBook } from '../rooms/room-book.ts';
import { RoomChanges } from '../rooms/room-changes.ts';
import { QueryKey } from '../search/query-key.ts';
import { SearchLine } from '../search/search-line.ts';
import type { Session } from '../session/session.ts';
import type { Store } from '../store/store.ts';
import { Opener } from '../timeline/opener.ts';
import { reachServers } from './servers.ts';

export interface PartsOptions {
  readonly session: Session;
  readonly store: Store;
  readonly platform: Platform;
  readonly deviceName: string;
  readonly contentKeys: KeyLimits;
  /** The list of rooms, or also one room's timeline, changed. */
  readonly changed: (roomId?: RoomId) => void;
}

/** Everything a client is made of, wired once. No part knows the client. */
export type Parts = ReturnType<typeof makeParts>;

export const makeParts = ({ session, store, platform, deviceName, contentKeys, changed }: PartsOptions) => {
  const { deployment, personId: me, organisationId } = session;
  const peopleHttp = new HttpClient({
    platform,
    token: () => session.peopleToken(),
    refused: (token) => session.refused(token),
  });
  const { http, addresses, device, keyServer } = reachServers({
    session,
    store,
    platform,
    deviceName,
    domains: () => ownDomains({ http: peopleHttp, identity: deployment.identity, store }),
    revoked: () => watch.refused(),
  });
  const core = new CoreRooms(http, () => addresses.of('conversation'));
  const changes = new RoomChanges(core, keyServer, platform.randomUuid);
  const pins = new ResourcePins(store);
  const organisations = new Organisations(store, () => changed());
  const affiliations: Affiliations = new Affiliations({ me, organisationId, changed: () => people.refresh() });
  const book: RoomBook = new RoomBook({
    platform,
    core,
    me,
    pin: (roomId, named) => pins.pin(roomId, named),
    met: (id, organisation) => affiliations.met(id, organisation),
    changed,
    membershipChanged: (roomId) => {
      readers.forget(roomId);
      opener.retry(roomId, false);
      const room = book.get(roomId);
      if (room?.opened) readers.name(room).catch(() => {});
    },
  });
  const keys = new ContentKeys(keyServer, store, () => watch.isRevoked);
  const ownKeys = new OwnKeys({
    ...{ platform, store, keyServer, keys, book, changes },
    kmsHost: deployment.kmsHost,
    limits: contentKeys,
  });
  const queryKey = new QueryKey({ ...{ platform, store, keyServer, keys, ownKeys, me }, limits: contentKeys });
  const searchLine = new SearchLine(http, addresses);
  const readers: Readers = new Readers({
    ...{ platform, keyServer, book, me, affiliations, organisations, changed },
    kmsHost: deployment.kmsHost,
  });
  const opener: Opener = new Opener({
    platform,
    keys,
    room: (id) => book.get(id),
    isMember: (room) => room.people.has(me),
    changed,
  });

  const profiles: Profiles = new Profiles({ store, affiliations, changed: () => people.refresh() });
  const profileReader = new ProfileReader({ profiles, open: (roomId, text) => opener.settled(roomId, text) });
  const people: PeopleDirectory = new PeopleDirectory({
    http: peopleHttp,
    platform,
    store,
    identity: deployment.identity,
    affiliations,
    organisations,
    profiles,
    heard: () => profileReader.settled(),
    changed: () => changed(),
  });
  const introductions = new Introductions({ platform, me, people, affiliations });
  const delivery = new Delivery({ core, book, ownKeys, readers, introductions });
  const outbox = new Outbox({ platform, store, deliver: (entry) => delivery.deliver(entry), changed });
  const uploads = new Uploads({ http, platform, book, outbox, changed });
  const watch: RevocationWatch = new RevocationWatch({
    platform,
    isFrozen: async () => {
      const { cloister } = await keyServer.ask({ method: 'update', uri: '/ping' });
      return cloister?.isFrozen === true;
    },
    forget: () => {
      // What the store does not give up goes at the next start, when the key server says so again.
      keys.forgetAll().catch(() => {});
      ownKeys.forgetSpares();
      opener.forget();
      for (const { id } of book.all()) changed(id);
    },
    changed: (isRevoked) => {
      changed();
      if (isRevoked) return;
      opener.retryAll();
      outbox.hurry();
    },
  });
  return {
    addresses,
    device,
    keyServer,
    core,
    changes,
    book,
    pins,
    keys,
    ownKeys,
    queryKey,
    searchLine,
    readers,
    opener,
    delivery,
    outbox,
    uploads,
    people,
    affiliations,
    organisations,
    profiles,
    profileReader,
    introductions,
    watch,
  };
};
