import { type ActivityId, newId, type RoomId, type Work } from '@cloister/wire';
import { sealed } from './sealed.ts';
import type { Answer } from './test-client.ts';
import { TestClient } from './test-client.ts';

export interface TestPage {
  readonly objectType: 'file';
  readonly mimeType: string;
  readonly fileSize: number;
  readonly url: string;
  readonly scr: string;
  readonly image: { readonly width: number; readonly height: number };
}

interface Shared {
  readonly object?: unknown;
  readonly encryptionKeyUrl?: string | undefined;
}

/** One machine account over the core's real socket. */
export class TestMachine extends TestClient {
  async takeWork(wait = 0): Promise<readonly Work[]> {
    const { status, body } = await this.ask<{ items: readonly Work[] }>(`/functions/v1/work?wait=${wait}`);
    if (status !== 200) throw new RangeError(`no work but ${status}`);
    return body.items;
  }

  /** Uploads ciphertext as any client does; the address is that of a file to be. */
  async uploadPage(roomId: RoomId, bytes: Buffer = Buffer.from(newId())): Promise<TestPage> {
    const { url, size } = await uploaded(this, roomId, bytes);
    return pageOf(url, size);
  }

  finish(id: string, result: object): Promise<Answer> {
    return this.ask(`/functions/v1/work/${id}`, { method: 'PUT', body: result });
  }

  /** What a transcoder says of a share whose first file has these pages. */
  done(share: Shared, pages: readonly TestPage[]): object {
    const { files } = share.object as { files: { items: { scr: string }[] } };
    const items = files.items.map(({ scr }, index) => ({
      objectType: 'file',
      scr,
      ...(index === 0
        ? { transcodedCollection: { items: [{ objectType: 'transcodedContent', files: { items: pages } }] } }
        : {}),
    }));
    return {
      state: 'done',
      object: { objectType: 'content', files: { items } },
      encryptionKeyUrl: share.encryptionKeyUrl,
    };
  }
}

export const pageOf = (url: string, fileSize: number): TestPage => ({
  objectType: 'file',
  mimeType: 'image/png',
  fileSize,
  url,
  scr: sealed(),
  image: { width: 800, height: 600 },
});

/** A finished upload. */
export const uploaded = async (client: TestClient, roomId: RoomId, bytes: Buffer) => {
  const space = await client.ask<{ spaceUrl: string }>(`/conversation/api/v1/conversations/${roomId}/space`, {
    method: 'PUT',
  });
  const { body } = await client.ask<{ uploadUrl: string; finishUploadUrl: string }>(
    `${space.body.spaceUrl}/upload_sessions`,
    { method: 'POST', body: { fileSize: bytes.length, uploadProtocol: 'content-length' } },
  );
  const headers = { 'content-type': 'application/octet-stream' };
  await client.ask(body.uploadUrl, { method: 'PUT', body: bytes, bearer: null, headers });
  const finished = await client.ask<{ downloadUrl: string }>(body.finishUploadUrl, {
    method: 'POST',
    body: { fileSize: bytes.length },
  });
  return { url: finished.body.downloadUrl, size: bytes.length };
};

/** Shares files that were never uploaded: the core looks at their addresses alone. */
export const share = (client: TestClient, roomId: RoomId, key: string, more: Record<string, unknown> = {}) =>
  client.write(roomId, { verb: 'share', encryptionKeyUrl: key, object: shareObject(), ...more });

export const shareObject = (url = `http://localhost:8443/files/v1/files/${newId<ActivityId>()}`) => ({
  objectType: 'content',
  files: { items: [{ objectType: 'file', mimeType: 'application/pdf', url, scr: sealed() }] },
});
