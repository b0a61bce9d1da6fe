import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { type KeyUri, newId, type RoomId } from '@cloister/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealed } from './testing/sealed.ts';
import type { TestClient } from './testing/test-client.ts';
import { TestCore } from './testing/test-core.ts';

let core: TestCore;
let skew = 0;
let alice: TestClient;
let bob: TestClient;
let roomId: RoomId;
let key: KeyUri;
beforeAll(async () => {
  core = await TestCore.start({ now: () => Date.now() + skew });
  [alice, bob] = [await core.client(), await core.client()];
  key = core.acme.newKey();
  roomId = (await alice.create(key, [bob.person.id])).body.id as RoomId;
});
afterAll(() => core.end());

const session = async (fileSize: number, client = alice) => {
  const { body } = await client.ask<{ spaceUrl: string }>(`/conversation/api/v1/conversations/${roomId}/space`, {
    method: 'PUT',
  });
  return client.ask<{ uploadUrl: string; finishUploadUrl: string; fileUploadSizeLimit: number }>(
    `${body.spaceUrl}/upload_sessions?transcode=true`,
    { method: 'POST', body: { fileSize, claimedFileType: '.bin', uploadProtocol: 'content-length' } },
  );
};

const put = (url: string, bytes: Buffer) =>
  alice.ask(url, { method: 'PUT', body: bytes, bearer: null, headers: { 'content-type': 'application/octet-stream' } });

const finish = (url: string, fileSize: number, client = alice) =>
  client.ask<{ downloadUrl: string }>(url, { method: 'POST', body: { fileSize, fileHash: 'whatever' } });

const uploaded = async (bytes: Buffer) => {
  const { body } = await session(bytes.length);
  expect((await put(body.uploadUrl, bytes)).status).toBe(200);
  const { body: finished } = await finish(body.finishUploadUrl, bytes.length);
  return { ...body, downloadUrl: finished.downloadUrl };
};

describe('files (docs/wires.md §6)', () => {
  it('come back as they went, for members alone, whole or in part', async () => {
    const bytes = randomBytes(300_000);
    const { downloadUrl } = await uploaded(bytes);
    const whole = await bob.ask(downloadUrl);
    expect(whole.status).toBe(200);
    expect(whole.bytes.equals(bytes)).toBe(true);
    expect(whole.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'x-content-type-options': 'nosniff',
    });
    const part = await bob.ask(downloadUrl, { headers: { range: 'bytes=10-19' } });
    expect([part.status, part.headers['content-range']]).toEqual([206, `bytes 10-19/${bytes.length}`]);
    expect(part.bytes.equals(bytes.subarray(10, 20))).toBe(true);
    const tail = await bob.ask(downloadUrl, { headers: { range: 'bytes=-5' } });
    expect(tail.bytes.equals(bytes.subarray(-5))).toBe(true);
    expect((await bob.ask(downloadUrl, { headers: { range: 'bytes=300000-' } })).status).toBe(416);
    const stranger = await core.client();
    expect((await stranger.ask(downloadUrl)).status).toBe(404);
    expect((await bob.ask(downloadUrl, { bearer: null })).status).toBe(401);
  });

  it('may be empty, and never larger than the limit', async () => {
    const { downloadUrl } = await uploaded(Buffer.alloc(0));
    expect((await bob.ask(downloadUrl)).bytes).toHaveLength(0);
    const { body } = await session(1);
    expect((await session(body.fileUploadSizeLimit + 1)).status).toBe(413);
  });

  it('are of exactly the announced size or not there at all', async () => {
    const { body } = await session(100);
    expect((await put(body.uploadUrl, randomBytes(99))).status).toBe(400);
    expect((await put(body.uploadUrl, randomBytes(101))).status).toBe(400);
    expect((await finish(body.finishUploadUrl, 100)).status).toBe(409);
    expect(readdirSync(join(core.folder, 'files', 'incoming'))).toEqual([]);
    expect((await put(body.uploadUrl, randomBytes(100))).status).toBe(200);
    expect((await finish(body.finishUploadUrl, 99)).status).toBe(400);
    expect((await finish(body.finishUploadUrl, 100, bob)).status).toBe(404);
    expect((await finish(body.finishUploadUrl, 100)).status).toBe(200);
    expect((await finish(body.finishUploadUrl, 100)).status).toBe(200);
  });

  it('are not overwritten once finished, and an upload that breaks off leaves nothing', async () => {
    const bytes = randomBytes(1000);
    const { uploadUrl, downloadUrl } = await uploaded(bytes);
    expect((await put(uploadUrl, randomBytes(1000))).status).toBe(410);
    expect((await bob.ask(downloadUrl)).bytes.equals(bytes)).toBe(true);
    const { body } = await session(1000);
    const headers = { 'content-length': '1000', 'content-type': 'application/octet-stream' };
    const path = body.uploadUrl.slice('http://localhost:8443'.length);
    const broken = request({ socketPath: core.socket, path, method: 'PUT', headers });
    broken.on('error', () => undefined);
    broken.write(randomBytes(500));
    await once(broken, 'socket');
    broken.destroy();
    expect((await finish(body.finishUploadUrl, 1000)).status).toBe(409);
  });

  it('are reached by capabilities of one purpose for fifteen minutes, which the log never shows', async () => {
    const bytes = randomBytes(64);
    const { uploadUrl, finishUploadUrl, downloadUrl } = await uploaded(bytes);
    const capability = (url: string) => url.slice(url.lastIndexOf('/') + 1);
    expect((await put(uploadUrl.replace(capability(uploadUrl), capability(finishUploadUrl)), bytes)).status).toBe(410);
    const { body } = await bob.ask<{ endpoints: Record<string, string> }>('/v1/download/endpoints', {
      method: 'POST',
      body: { endpoints: [downloadUrl] },
    });
    const signed = body.endpoints[downloadUrl] ?? '';
    expect((await bob.ask(signed, { bearer: null })).bytes.equals(bytes)).toBe(true);
    const stranger = await core.client();
    expect(
      (await stranger.ask('/v1/download/endpoints', { method: 'POST', body: { endpoints: [downloadUrl] } })).status,
    ).toBe(404);
    skew = 15 * 60_000 + 1000;
    expect((await bob.ask(signed, { bearer: null })).status).toBe(410);
    skew = 0;
    const log = core.log.join('');
    for (const url of [uploadUrl, finishUploadUrl, signed]) expect(log).not.toContain(capability(url));
    expect(log).toContain('/files/v1/uploads/:capability');
  });

  it('cannot be announced by strangers', async () => {
    const stranger = await core.client();
    const answer = await stranger.ask(`/files/v1/spaces/${roomId}/upload_sessions`, {
      method: 'POST',
      body: { fileSize: 1 },
    });
    expect(answer.status).toBe(404);
    expect((await stranger.ask(`/files/v1/files/${newId()}`)).status).toBe(404);
  });

  const share = (downloadUrl: string, client = alice) =>
    client.write(roomId, {
      verb: 'share',
      encryptionKeyUrl: key,
      object: {
        objectType: 'content',
        files: {
          items: [{ objectType: 'file', url: downloadUrl, scr: sealed(), image: { url: downloadUrl, scr: sealed() } }],
        },
      },
    });
  const remove = (id: string, client = alice) =>
    client.write(roomId, { verb: 'delete', object: { objectType: 'activity', id } });
  const onDisk = (downloadUrl: string) => {
    const id = downloadUrl.slice(downloadUrl.lastIndexOf('/') + 1);
    return existsSync(join(core.folder, 'files', id.slice(0, 2), id));
  };

  it('go from the disk with their share, whose author alone can do that', async () => {
    const { downloadUrl } = await uploaded(randomBytes(100));
    const shared = await share(downloadUrl);
    const mine = await share(downloadUrl, bob);
    expect((await remove(mine.body.id, bob)).status).toBe(200);
    expect(onDisk(downloadUrl)).toBe(true);
    expect((await bob.ask(downloadUrl)).status).toBe(200);
    expect((await remove(shared.body.id)).status).toBe(200);
    expect(onDisk(downloadUrl)).toBe(false);
    expect((await bob.ask(downloadUrl)).status).toBe(404);
    expect((await remove(shared.body.id)).status).toBe(200);
  });

  it('stay while another share of their author names them', async () => {
    const { downloadUrl } = await uploaded(randomBytes(100));
    const [first, second] = [await share(downloadUrl), await share(downloadUrl)];
    await remove(first.body.id);
    expect((await bob.ask(downloadUrl)).status).toBe(200);
    await remove(second.body.id);
    expect(onDisk(downloadUrl)).toBe(false);
  });

  it('whose removal a crash cut off go at the next start', async () => {
    const { downloadUrl } = await uploaded(randomBytes(100));
    const shared = await share(downloadUrl);
    const id = downloadUrl.slice(downloadUrl.lastIndexOf('/') + 1);
    const folder = join(core.folder, 'files', id.slice(0, 2));
    // The deletion commits, and the ciphertext cannot be removed: its folder is not where it was.
    renameSync(folder, `${folder}-away`);
    writeFileSync(folder, '');
    expect((await remove(shared.body.id)).status).toBe(200);
    await core.kill();
    rmSync(folder);
    renameSync(`${folder}-away`, folder);
    expect(onDisk(downloadUrl)).toBe(true);
    await core.start();
    while (onDisk(downloadUrl)) await bob.ask(downloadUrl);
    expect((await bob.ask(downloadUrl)).status).toBe(404);
  });
});
