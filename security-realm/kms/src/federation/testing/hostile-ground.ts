import { CloisterError, newId, type OrganisationId, type UserId } from '@cloister/wire';
import { expect } from 'vitest';
import { databaseState } from '../../testing/database-state.ts';
import type { TestClient } from '../../testing/test-client.ts';
import type { TestRealm } from '../../testing/test-realm.ts';
import type { Route } from '../http/route.ts';
import { shareRoom } from './shared-room.ts';
import { TestRealms } from './test-realms.ts';

/** Three realms, one of which is hostile at times. */
export class HostileGround {
  readonly realms: TestRealms;
  readonly acme: TestRealm;
  readonly globex: TestRealm;
  /** The hostile one, where it is not the home of a room. */
  readonly mallory: TestRealm;

  private constructor(realms: TestRealms) {
    this.realms = realms;
    [this.acme, this.globex, this.mallory] = realms.all as [TestRealm, TestRealm, TestRealm];
  }

  static async open(): Promise<HostileGround> {
    const ground = new HostileGround(await TestRealms.open('acme', 'globex', 'mallory'));
    // What a realm makes once, with its first people and keys, is there: tests compare what is stored before and after.
    const { ken, key } = await ground.setting();
    await read(ken, key.uri);
    await ken.createKey();
    return ground;
  }

  /** A room of Acme's with somebody of Globex in it. */
  setting() {
    return shareRoom(this.acme, this.globex);
  }

  /** Ken asks for the key: his key server has to ask Acme's for the list. */
  async refusedBy({ ken, key }: Setting, code = 'kms/peer-broken'): Promise<void> {
    const state = () => databaseState(this.globex.database, { without: ['foreign_key', 'foreign_key_mark', 'kek'] });
    const before = await state();
    this.globex.logged = '';
    expect(await read(ken, key.uri)).toMatchObject({ cloister: { code } });
    expect(await state()).toEqual(before);
  }

  /** Globex's log has it that Acme's key server did what none may. */
  seen(event: string): void {
    expect(eventsOf(this.globex)).toContainEqual(
      expect.objectContaining({ event, kmsHost: this.acme.kmsHost, code: 'kms/peer-broken' }),
    );
  }
}

export type Setting = Awaited<ReturnType<HostileGround['setting']>>;

/** What a realm's key server says to another of its own choosing, past everything an honest one would check first. */
export const say = async (from: TestRealm, to: TestRealm, path: Route['path'], body: object): Promise<unknown> => {
  const route = to.kms.peerRoutes.find((each) => each.path === path);
  const peer = { kmsHost: from.kmsHost, organisationIds: [from.organisationId, from.sisterOrganisationId] };
  const { signal } = new AbortController();
  const answer = await route?.answer({ peer, body: JSON.parse(JSON.stringify(body)), signal });
  return answer !== undefined && 'body' in answer ? answer.body : null;
};

export const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof CloisterError ? error.code : `${error}`),
  );

export const read = (client: TestClient, uri: string) => client.ask({ method: 'retrieve', uri });

interface Party {
  readonly id: UserId;
  readonly organisationId: OrganisationId;
}

export const party = ({ person }: TestClient): Party => ({ id: person.id, organisationId: person.organisationId });

export const eventsOf = ({ logged }: TestRealm) =>
  logged
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { event: string; kmsHost?: string; code?: string });

/** A change of that room as the key server of `actor` passes it on. */
export const addition = ({ room }: Pick<Setting, 'room'>, actor: Party, subject: UserId) => ({
  operationId: (newId() + newId()).replaceAll('-', ''),
  kind: 'add',
  roomId: room.roomId,
  actor,
  resourceUri: room.resourceUri,
  subjects: [subject],
  clientId: `https://core.example/devices/${newId()}`,
  request: {
    requestId: newId(),
    method: 'create',
    uri: '/authorizations',
    resourceUri: room.resourceUri,
    userIds: [subject],
  },
});
