import { newContentKey, type SecretKey, sealFile, sealScr, sealText } from '@cloister/seal';
import {
  type CompactJwe,
  type KmsRequest,
  type KmsResponse,
  kmsReply,
  newId,
  type QueryId,
  type ResourceUri,
} from '@cloister/wire';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { contentKeyOf } from '../keys/key-record.ts';
import { ChannelKeeper } from '../kms/channel-keeper.ts';
import { KeyServer } from '../kms/key-server.ts';
import { makeMachineParts } from '../machine/machine-parts.ts';
import { memoryStore } from '../store/memory-store.ts';
import { type KeyServerHalf, keyServerHalf, kmsHost } from '../testing/key-server-half.ts';
import { activity, activityId, alice, keyUri, roomId } from '../testing/log.ts';
import { manualPlatform, settle } from '../testing/manual-platform.ts';
import { ConnectedIndexer } from './connected-indexer.ts';
import { KeptKeys } from './kept-keys.ts';

const resourceUri = `kms://${kmsHost}/resources/${newId()}` as ResourceUri;
const room = { roomId, resourceUri };
const queryId = newId<QueryId>();
const clock = { now: 1_800_000_000_000 };
const fileUrl = `http://localhost/files/v1/files/${newId()}`;

let half: KeyServerHalf;
let contentKey: SecretKey;
let indexer: ConnectedIndexer;
/** What the core was asked for, with its body as text or bytes. */
let asked: { method: string; address: string; body: unknown; type: string | null }[];
let answers: Record<string, () => Response>;
let bound: { resourceUri?: ResourceUri; cloister?: { roomId: string } };
let keyRequests: number;

beforeAll(async () => {
  half = await keyServerHalf({ now: () => clock.now });
  contentKey = newContentKey(keyUri(1));
});

beforeEach(() => {
  asked = [];
  answers = {};
  bound = { resourceUri, cloister: { roomId } };
  keyRequests = 0;
  half.forget();
  const platform = manualPlatform(core);
  const { keys: _, ...parts } = makeMachineParts({
    session: half.session,
    store: memoryStore(),
    platform,
    deviceName: 'test',
  });
  const keyServer = directly(platform);
  const keys = new KeptKeys({
    now: platform.now,
    fetch: async (uri) => contentKeyOf(uri, (await keyServer.ask({ method: 'retrieve', uri })).key),
  });
  indexer = new ConnectedIndexer({ ...parts, keyServer, keys });
});

/** A key server's line without the core between: what relays cannot read, they cannot change. */
const directly = (platform: ReturnType<typeof manualPlatform>): KeyServer => {
  const clientId = async () => 'http://localhost/devices/1';
  const send = (message: string) => void half.answer(message, answerKey).then((answer) => keyServer.received([answer]));
  const { session } = half;
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey: async () => half.trustedKey, send });
  const keyServer: KeyServer = new KeyServer({ platform, session, clientId, channels, send });
  return keyServer;
};

const answerKey = (request: KmsRequest): KmsResponse => {
  keyRequests += 1;
  const { kty, k, kid } = contentKey.revealJwk();
  if (request.operation === 'retrieveSearchKeys') {
    const createdAt = '2026-11-22T00:00:00.000Z';
    return kmsReply.searchKeys(request.requestId, [{ epoch: 1, createdAt, jwk: { kty, k } }]);
  }
  return kmsReply.key(request.requestId, { uri: keyUri(1), jwk: { kty, k, kid }, userId: alice, ...bound });
};

const core = async (url: string, init: RequestInit): Promise<Response> => {
  const { pathname, search } = new URL(url);
  if (pathname.endsWith('/catalog')) return Response.json(catalogue);
  const address = `${pathname}${search}`;
  const type = new Headers(init.headers).get('content-type');
  asked.push({ method: init.method ?? 'GET', address, body: init.body, type });
  return answers[address]?.() ?? new Response(null, { status: 404 });
};

const links = ['wdm', 'encryption', 'conversation', 'files', 'mercuryConnection', 'u2c'];
const paths: Readonly<Record<string, string>> = { files: 'files/v1', conversation: 'conversation/api/v1' };
const catalogue = {
  serviceLinks: Object.fromEntries(links.map((name) => [name, `http://localhost/${paths[name] ?? name}`])),
};
const log = `/conversation/api/v1/conversations/${roomId}/activities`;

/** Lets the channel open and the work come to its end. */
const meanwhile = async <T>(work: Promise<T>): Promise<T> => {
  work.catch(() => {});
  await settle();
  return work;
};
const sealed = async (text: string) => ({ sealed: await sealText(contentKey, text), keyUri: keyUri(1) });

describe('an indexer’s client', () => {
  it('reads a room’s log in order, and takes none that has a gap: what is left out would never be found', async () => {
    answers[`${log}?after=2&limit=200`] = () => Response.json({ items: [activity(3), activity(4)] });
    const entries = await indexer.entries(roomId, { after: 2 });
    expect(entries.map(({ position, body }) => [position, body.kind])).toEqual([
      [3, 'message'],
      [4, 'message'],
    ]);
    for (const positions of [[4], [3, 5], [4, 3], [2]]) {
      answers[`${log}?after=2&limit=200`] = () => Response.json({ items: positions.map((at) => activity(at)) });
      await expect(indexer.entries(roomId, { after: 2 })).rejects.toMatchObject({ code: 'client/unreadable' });
    }
  });

  it('finds one entry, no other in its place, and says when there is none', async () => {
    answers[`${log}/${activityId(3)}`] = () => Response.json(activity(3));
    expect(await indexer.entry(roomId, activityId(3))).toMatchObject({ position: 3, actor: alice });
    answers[`${log}/${activityId(3)}`] = () => Response.json(activity(4));
    await expect(indexer.entry(roomId, activityId(3))).rejects.toMatchObject({ code: 'client/unreadable' });
    expect(await indexer.entry(roomId, activityId(9))).toBeUndefined();
  });

  it('opens texts and files, and asks for their key once for all of them', async () => {
    const bytes = new TextEncoder().encode('a document');
    const { ciphertext, scr } = await sealFile(bytes, { now: new Date(clock.now) });
    answers[new URL(fileUrl).pathname] = () => new Response(ciphertext as Uint8Array<ArrayBuffer>);
    const reference = { sealed: await sealScr(contentKey, { ...scr, loc: fileUrl }), keyUri: keyUri(1) };
    const file = { name: undefined, scr: reference, mimeType: 'text/plain', size: bytes.length };
    expect(await meanwhile(indexer.openText(room, await sealed('안녕하세요')))).toBe('안녕하세요');
    expect(await meanwhile(indexer.openText(room, await sealed('会議室')))).toBe('会議室');
    expect(await meanwhile(indexer.download(room, file))).toEqual(bytes);
    expect(await indexer.openText(room, { sealed: '', keyUri: keyUri(1) })).toBe('');
    expect(keyRequests).toBe(1);
  });

  it('opens nothing under the key of another room, whatever the core calls it (threats row 17)', async () => {
    const text = await sealed('elsewhere');
    const refused = { code: 'client/cannot-open' };
    bound = { resourceUri: `kms://${kmsHost}/resources/${newId()}` as ResourceUri };
    await expect(meanwhile(indexer.openText(room, text))).rejects.toMatchObject(refused);
    const other = { roomId: newId(), resourceUri } as typeof room;
    bound = { resourceUri, cloister: { roomId } };
    await expect(meanwhile(indexer.openText(other, text))).rejects.toMatchObject(refused);
    await expect(indexer.openText(room, { ...text, keyUri: undefined })).rejects.toMatchObject(refused);
  });

  it('asks for the search keys of a room by its resource (R392)', async () => {
    const [key, ...more] = await meanwhile(indexer.searchKeys(resourceUri));
    expect([key?.epoch, key?.key.reveal(), more]).toEqual([1, contentKey.reveal(), []]);
    expect(half.requests.at(-1)).toMatchObject({ operation: 'retrieveSearchKeys', resourceUri });
  });

  it('says of a query’s key who made it and what it is bound to', async () => {
    const found = await meanwhile(indexer.queryKey(keyUri(1)));
    expect(found).toMatchObject({ userId: alice, resourceUri, roomId });
    bound = { resourceUri };
    expect((await meanwhile(indexer.queryKey(keyUri(1)))).roomId).toBeUndefined();
  });

  it('hands over postings, plans and answers as they are, and hears when nobody waits', async () => {
    const done = () => new Response(null, { status: 204 });
    answers['/search/v1/postings'] = () =>
      Response.json({ rooms: [{ roomId, generation: 1, position: 4, accepted: true }] });
    answers[`/search/v1/queries/${queryId}/plans`] = done;
    answers[`/search/v1/queries/${queryId}/answer`] = done;
    answers[`/search/v1/rooms/${roomId}/indexes/1`] = done;
    const bytes = new Uint8Array([1, 2, 3]);
    expect(await indexer.append(bytes)).toEqual([{ roomId, generation: 1, position: 4, accepted: true }]);
    await indexer.plan(queryId, bytes);
    await indexer.answer(queryId, 'sealed' as CompactJwe);
    await indexer.dropGeneration(roomId, 1);
    const type = 'application/octet-stream';
    expect(asked).toMatchObject([
      { method: 'POST', body: bytes, type },
      { method: 'POST', body: bytes, type },
      { method: 'POST', body: '{"sealed":"sealed"}', type: 'application/json' },
      { method: 'DELETE' },
    ]);
    answers[`/search/v1/queries/${queryId}/refusal`] = () =>
      Response.json({ code: 'core/query-gone' }, { status: 404 });
    await expect(indexer.refuse(queryId, 'core/query-refused')).rejects.toMatchObject({ code: 'core/query-gone' });
  });

  it('waits for rooms and queries as long as it is told', async () => {
    const rooms = { items: [{ roomId, resourceUri, head: 4, indexes: [{ generation: 1, position: 2 }] }], next: 'c' };
    answers['/search/v1/rooms?wait=20&limit=5&after=b'] = () => Response.json(rooms);
    answers['/search/v1/queries?wait=1'] = () => Response.json({ items: [] });
    answers[`/search/v1/indexes?after=${roomId}`] = () => Response.json({ items: rooms.items });
    expect(await indexer.rooms({ wait: 20, limit: 5, after: 'b' })).toEqual(rooms);
    expect(await indexer.queries({ wait: 1 })).toEqual([]);
    expect(await indexer.indexes({ after: roomId })).toEqual({ items: rooms.items });
  });

  it('keeps no key once the function is off, and asks anew when it is on again (R342)', async () => {
    const text = await sealed('before');
    await meanwhile(indexer.openText(room, text));
    answers['/search/v1/rooms'] = () => Response.json({ code: 'core/function-off' }, { status: 403 });
    await expect(indexer.rooms()).rejects.toMatchObject({ code: 'core/function-off' });
    await meanwhile(indexer.openText(room, text));
    expect(keyRequests).toBe(2);
  });
});
