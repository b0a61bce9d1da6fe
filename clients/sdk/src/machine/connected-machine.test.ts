import { newContentKey, openFile, openScr, type SecretKey, sealFile, sealScr } from '@cloister/seal';
import {
  type CompactJwe,
  type KeyUri,
  type KmsRequest,
  type KmsResponse,
  kmsReply,
  newId,
  parseWorkResult,
  type ResourceUri,
  type TranscodedPage,
  type WorkId,
} from '@cloister/wire';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { ChannelKeeper } from '../kms/channel-keeper.ts';
import { KeyServer } from '../kms/key-server.ts';
import { memoryStore } from '../store/memory-store.ts';
import { type KeyServerHalf, keyServerHalf, kmsHost } from '../testing/key-server-half.ts';
import { activity, activityId, alice, keyUri, roomId } from '../testing/log.ts';
import { type ManualPlatform, manualPlatform, settle } from '../testing/manual-platform.ts';
import { ConnectedMachine } from './connected-machine.ts';
import { type MachineParts, makeMachineParts } from './machine-parts.ts';

const work = { id: newId<WorkId>(), roomId, activityId: activityId(3) };
const resourceUri = `kms://${kmsHost}/resources/${newId()}` as ResourceUri;
const clock = { now: 1_800_000_000_000 };
const base = 'http://localhost/conversation/api/v1/conversations';
const fileUrl = (id: string) => `http://localhost/files/v1/files/${id}`;

let half: KeyServerHalf;
let contentKey: SecretKey;
let platform: ManualPlatform;
let machine: ConnectedMachine;
let line: MachineParts['socket'];
/** Ciphertext the core holds, by address. */
let stored: Map<string, Uint8Array>;
let put: unknown[];
let share: object | undefined;
/** What the key server says the key is bound to. */
let bound: ResourceUri;
let keyRequests: number;
/** Whether the key server says that the organisation's main key is off. */
let isFrozen: boolean;

beforeAll(async () => {
  half = await keyServerHalf({ now: () => clock.now });
  contentKey = newContentKey(keyUri(1));
});

beforeEach(() => {
  stored = new Map();
  put = [];
  bound = resourceUri;
  keyRequests = 0;
  isFrozen = false;
  half.forget();
  platform = manualPlatform(core);
  const parts = makeMachineParts({ session: half.session, store: memoryStore(), platform, deviceName: 'test' });
  line = parts.socket;
  machine = new ConnectedMachine({ ...parts, keyServer: directly() });
});

/** A key server's line without the core between: what relays cannot read, they cannot change. */
const directly = (): KeyServer => {
  const clientId = async () => 'http://localhost/devices/1';
  const send = (message: string) => void half.answer(message, answerKey).then((answer) => keyServer.received([answer]));
  const { session } = half;
  const channels = new ChannelKeeper({ platform, session, clientId, trustedKey: async () => half.trustedKey, send });
  const keyServer: KeyServer = new KeyServer({ platform, session, clientId, channels, send });
  return keyServer;
};

const answerKey = ({ requestId, operation }: KmsRequest): KmsResponse => {
  if (operation === 'ping') return { ...kmsReply.done(requestId), ...(isFrozen ? { cloister: { isFrozen } } : {}) };
  keyRequests += 1;
  const { kty, k, kid } = contentKey.revealJwk();
  return kmsReply.key(requestId, { uri: keyUri(1), jwk: { kty, k, kid }, resourceUri: bound });
};

const core = async (url: string, init: RequestInit): Promise<Response> => {
  const { pathname } = new URL(url);
  if (pathname.endsWith('/catalog')) return Response.json(catalogue);
  if (pathname === '/functions/v1/work') return Response.json({ items: [work] });
  if (pathname === `/functions/v1/work/${work.id}`) {
    put.push(JSON.parse(String(init.body)));
    return new Response(null, { status: 204 });
  }
  if (url === `${base}/${roomId}/activities/${work.activityId}`) {
    return share === undefined ? new Response(null, { status: 404 }) : Response.json(share);
  }
  if (pathname === `/conversation/api/v1/conversations/${roomId}`) {
    return Response.json({
      id: roomId,
      objectType: 'conversation',
      url: `${base}/${roomId}`,
      kmsResourceObjectUrl: resourceUri,
    });
  }
  if (pathname.endsWith('/devices')) return Response.json(device);
  if (pathname.endsWith('/space')) return Response.json({ spaceUrl: 'http://localhost/files/v1/spaces/1' });
  if (pathname.endsWith('/upload_sessions')) {
    const id = newId();
    const urls = { uploadUrl: fileUrl(id), finishUploadUrl: `http://localhost/finish/${id}` };
    return Response.json({ ...urls, fileUploadSizeLimit: 1_000_000 });
  }
  if (pathname.startsWith('/finish/')) return Response.json({ downloadUrl: fileUrl(pathname.slice(8)) });
  if (init.method === 'PUT') {
    stored.set(url, new Uint8Array(await new Response(init.body as ReadableStream).arrayBuffer()));
    return Response.json({});
  }
  const file = stored.get(url);
  return file === undefined ? new Response(null, { status: 404 }) : new Response(file as Uint8Array<ArrayBuffer>);
};

const links = ['wdm', 'encryption', 'conversation', 'files', 'mercuryConnection', 'u2c'];
const paths: Readonly<Record<string, string>> = { files: 'files/v1', conversation: 'conversation/api/v1' };
const catalogue = {
  serviceLinks: Object.fromEntries(links.map((name) => [name, `http://localhost/${paths[name] ?? name}`])),
};

const device = {
  url: 'http://localhost/wdm/devices/1',
  webSocketUrl: 'ws://localhost/1',
  services: {},
  userId: alice,
};
const eventOf = (data: object) => ({ id: newId(), data });

/** A share of one file with these bytes. */
const shared = async (bytes: Uint8Array): Promise<object> => {
  const { ciphertext, scr } = await sealFile(bytes, { now: new Date(clock.now) });
  const url = fileUrl(newId());
  stored.set(url, ciphertext);
  const file = {
    objectType: 'file',
    mimeType: 'application/vnd.oasis.opendocument.text',
    fileSize: bytes.length,
    url,
    scr: await sealScr(contentKey, { ...scr, loc: url }),
  };
  return activity(3, { verb: 'share', object: { objectType: 'content', files: { items: [file] } } });
};
/** Lets the channel open and the work come to its end. */
const meanwhile = async <T>(asked: Promise<T>): Promise<T> => {
  asked.catch(() => {});
  await settle();
  return asked;
};

it('opens what was shared and gives pages back that the share’s key opens (R340)', async () => {
  const document = new TextEncoder().encode('a document');
  const png = new TextEncoder().encode('a page');
  share = await shared(document);
  const [taken] = await machine.takeWork();
  expect(taken).toEqual(work);
  const found = await machine.share(work);
  if (found === undefined) throw new RangeError('no share');
  const key = await meanwhile(machine.contentKey(found));
  const [file] = found.files;
  if (file === undefined) throw new RangeError('no file');
  expect(await machine.download(key, file)).toEqual(document);
  const page = await machine.upload(found, key, { png, width: 80, height: 60 });
  await machine.finish(work, { state: 'done', share: found, pages: new Map([[0, [page]]]) });
  const result = parseWorkResult(put[0] as object);
  if (result.state !== 'done') throw new RangeError('no pages');
  expect(result.encryptionKeyUrl).toBe(keyUri(1));
  expect(result.object.files.items[0]?.scr).toBe(file.scr.sealed);
  const said = result.object.files.items[0]?.transcodedCollection?.items[0]?.files.items[0] as TranscodedPage;
  const scr = await openScr(contentKey, said.scr as CompactJwe);
  expect(await openFile(stored.get(said.url) ?? new Uint8Array(), scr)).toEqual(png);
  expect([said.image, scr.loc]).toEqual([{ width: 80, height: 60 }, said.url]);
});

it('asks for the key each time and keeps none, so that off is off at once (R342)', async () => {
  share = await shared(new Uint8Array([1]));
  const found = await machine.share(work);
  if (found === undefined) throw new RangeError('no share');
  await meanwhile(machine.contentKey(found));
  await meanwhile(machine.contentKey(found));
  expect(keyRequests).toBe(2);
});

it('asks the key server itself whether the main key is off (docs/wires.md §12)', async () => {
  expect(await meanwhile(machine.keysRevoked())).toBe(false);
  isFrozen = true;
  expect(await meanwhile(machine.keysRevoked())).toBe(true);
});

it('gives back every key it lent when the organisation switches its main key off (invariant 8)', async () => {
  share = await shared(new Uint8Array([1]));
  const found = await machine.share(work);
  const [file] = found?.files ?? [];
  if (found === undefined || file === undefined) throw new RangeError('no share');
  const key = await meanwhile(machine.contentKey(found));
  line.start();
  await settle();
  const [socket] = platform.sockets;
  socket?.hear(eventOf({ eventType: 'mercury.buffer_state', bufferState: {} }));
  socket?.hear(eventOf({ eventType: 'encryption.keys_revoked', encryption: { organisationId: newId() } }));
  const page = { png: new Uint8Array([1]), width: 1, height: 1 };
  await expect(machine.download(key, file)).rejects.toMatchObject({ code: 'kms/revoked' });
  await expect(machine.upload(found, key, page)).rejects.toMatchObject({ code: 'kms/revoked' });
  const again = await meanwhile(machine.contentKey(found));
  expect(await machine.download(again, file)).toEqual(new Uint8Array([1]));
});

it('does not open a share that the core relabelled as another room’s (threats row 17)', async () => {
  share = await shared(new Uint8Array([1]));
  const found = await machine.share(work);
  if (found === undefined) throw new RangeError('no share');
  bound = `kms://${kmsHost}/resources/${newId()}` as ResourceUri;
  await expect(meanwhile(machine.contentKey(found))).rejects.toMatchObject({ code: 'client/cannot-open' });
});

it('seals no page under another key than the share’s', async () => {
  share = await shared(new Uint8Array([1]));
  const found = await machine.share(work);
  if (found === undefined) throw new RangeError('no share');
  const other = `kms://${kmsHost}/keys/${newId()}` as KeyUri;
  const page = { png: new Uint8Array([1]), width: 1, height: 1 };
  const upload = machine.upload(found, { uri: other, key: newContentKey(other) }, page);
  await expect(upload).rejects.toMatchObject({ code: 'client/invalid-request' });
});

it('finds nothing in what was deleted meanwhile', async () => {
  share = activity(3, { verb: 'share', object: { objectType: 'content', displayName: null, files: { items: [] } } });
  expect(await machine.share(work)).toBeUndefined();
  share = undefined;
  expect(await machine.share(work)).toBeUndefined();
});
