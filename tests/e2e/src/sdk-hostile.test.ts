import type { Constellation } from '@cloister/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { gather } from './sdk/gather.ts';
import { hostilePlatform } from './sdk/hostile-platform.ts';
import {
  enter,
  makeRoom,
  type SdkPerson,
  say,
  sdkPerson,
  seen,
  textsOf,
  until,
  withSession,
} from './sdk/sdk-person.ts';

let all: Constellation;
let alice: SdkPerson;
let ben: SdkPerson;
let aoi: SdkPerson;
let end: () => Promise<void>;
/** Ben's way to the core, in the hands of whoever runs it. */
const core = hostilePlatform();

beforeAll(async () => {
  ({ all, alice, ben, aoi, end } = await gather(['alice', 'ben', 'aoi'], { ben: { platform: core } }));
});
afterEach(() => {
  core.hostility = {};
});
afterAll(() => end?.());

const room = (title: string, ...people: SdkPerson[]) => makeRoom(alice, title, people);

interface Served {
  id?: string;
  participants?: { items: { id: string }[] };
  kmsResourceObjectUrl?: string;
  items?: Served[];
}
const rooms = (body: unknown): Served[] => {
  const served = body as Served;
  return served.items ?? [served];
};

it('stops the send and says who, when the key server lets somebody read whom the roster hides (threats 1 and 3)', async () => {
  const id = await room('Hidden reader', ben, aoi);
  core.hostility = {
    // A core that adds a reader and hides them from the others.
    answer: (url, body) => {
      if (!url.includes('/conversations')) return body;
      for (const one of rooms(body)) {
        if (one.participants !== undefined) {
          one.participants.items = one.participants.items.filter((person) => person.id !== aoi.id);
        }
      }
      return body;
    },
  };
  const fresh = await withSession(ben.session, undefined, core);
  const key = await fresh.client.send(id, { text: 'for our eyes only' });
  await expect(fresh.client.sent(id, key)).rejects.toMatchObject({ code: 'client/roster-mismatch', people: [aoi.id] });
  const entry = fresh.client.timeline(id).entries.find((one) => one.key === key);
  expect(entry?.send).toMatchObject({ state: 'failed', failure: { code: 'client/roster-mismatch', people: [aoi.id] } });
  expect(fresh.client.snapshot().rooms.find((one) => one.id === id)?.unexplained).toEqual([aoi.id]);
  await alice.client.rooms.open(id);
  expect(textsOf(alice.client, id)).toEqual([]);
  // Once the roster names them the message goes out.
  core.hostility = {};
  await fresh.client.rooms.whoCanRead(id);
  fresh.client.retry(id, key);
  await fresh.client.sent(id, key);
  await seen(aoi, id, 'for our eyes only');
  await fresh.close();
});

it('does not show a message of one room in another that the core relabels it to (threats 17)', async () => {
  const [from, to] = [await room('From', ben), await room('To', ben)];
  await say(alice, from, 'meant for the first room');
  await seen(ben, from, 'meant for the first room');
  await say(alice, to, 'honest');
  await seen(ben, to, 'honest');
  const position = ben.client.snapshot().rooms.find(({ id }) => id === to)?.head ?? 0;
  core.hostility = {
    event: (frame) => {
      const data = frame.data as { activity?: { target: { id: string }; position: number } } | undefined;
      if (data?.activity?.target.id !== from) return frame;
      data.activity.target.id = to;
      data.activity.position = position + 1;
      return frame;
    },
  };
  await say(alice, from, 'relabelled');
  const entry = await until(
    ben.client,
    () => {
      const last = ben.client.timeline(to).entries.find((one) => one.position === position + 1);
      return last?.kind === 'message' && last.content.state !== 'opening' ? last : undefined;
    },
    to,
  );
  expect(entry).toMatchObject({ content: { state: 'undecryptable', reason: 'other-room', retrying: false } });
  expect(textsOf(ben.client, to)).toEqual(['honest']);
});

it('keeps to the resource a room had at first when the core names another later (threats 17)', async () => {
  const [first, second] = [await room('Pinned', ben), await room('Other', ben)];
  const resources = new Map<string, string>();
  core.hostility = {
    answer: (url, body) => {
      if (url.includes('/conversations')) {
        for (const { id, kmsResourceObjectUrl } of rooms(body)) {
          if (id !== undefined && kmsResourceObjectUrl !== undefined) resources.set(id, kmsResourceObjectUrl);
        }
      }
      return body;
    },
  };
  const fresh = await withSession(ben.session, undefined, core);
  core.hostility = {
    answer: (url, body) => {
      for (const one of url.includes('/conversations') ? rooms(body) : []) {
        const other = resources.get(second);
        if (one.id === first && other !== undefined) one.kmsResourceObjectUrl = other;
      }
      return body;
    },
  };
  await fresh.close();
  // Also after a restart: the store remembers.
  const again = await withSession(ben.session, fresh.store, core);
  await again.client.rooms.whoCanRead(first);
  await say(again, first, 'still under the first resource');
  await seen(alice, first, 'still under the first resource');
  await again.close();
});

it('shakes hands with no key server but the organisation’s own (kms.md 1.3, threats 8)', async () => {
  const grace = await sdkPerson(all, 'grace');
  const other = await fetch(`${all.endpoints.core}/encryption/api/v1/kms/${grace.id}`, {
    headers: { authorization: `Bearer ${await grace.session.coreToken()}` },
  }).then((response) => response.json() as Promise<unknown>);
  core.hostility = { answer: (url, body) => (/\/encryption\/api\/v1\/kms\/[^/]+$/.test(url) ? other : body) };
  const fresh = await withSession(ben.session, undefined, core);
  await expect(fresh.client.rooms.create({ title: 'trap' })).rejects.toMatchObject({ code: 'kms/invalid-certificate' });
  await Promise.all([fresh.close(), grace.close()]);
});

it('creates no room when the core swaps its resource (architecture 5)', async () => {
  core.hostility = {
    answer: (url, body) => {
      const served = body as Served & { kmsMessage?: string };
      if (url.endsWith('/conversations') && served.kmsResourceObjectUrl !== undefined) {
        served.kmsResourceObjectUrl = `kms://kms.acme.example/resources/${crypto.randomUUID()}`;
      }
      return body;
    },
  };
  await expect(ben.client.rooms.create({ title: 'swapped' })).rejects.toMatchObject({ code: 'client/unreadable' });
});

it('shows nothing for ciphertext the core changed', async () => {
  const id = await room('Changed', ben);
  await enter(ben, id);
  core.hostility = {
    event: (frame) => {
      const data = frame.data as { activity?: { object?: { displayName?: string } } } | undefined;
      const object = data?.activity?.object;
      const parts = object?.displayName?.split('.');
      if (object === undefined || parts?.[3] === undefined) return frame;
      parts[3] = (parts[3].startsWith('A') ? 'B' : 'A') + parts[3].slice(1);
      object.displayName = parts.join('.');
      return frame;
    },
  };
  await say(alice, id, 'genuine');
  const entry = await until(
    ben.client,
    () =>
      ben.client.timeline(id).entries.find((one) => one.kind === 'message' && one.content.state === 'undecryptable'),
    id,
  );
  expect(entry).toMatchObject({ content: { reason: 'corrupt', retrying: false } });
});
