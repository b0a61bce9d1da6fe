import { sealScr } from '@cloister/seal';
import {
  CloisterError,
  type KeyUri,
  maxWorkItems,
  parseActivity,
  parseConversation,
  parseWorkPage,
  type TranscodedPage,
  type Work,
} from '@cloister/wire';
import { downloadFile } from '../files/download-file.ts';
import { scrOf } from '../files/scr-of.ts';
import { uploadFile } from '../files/upload-file.ts';
import { errorOf } from '../http/http-answer.ts';
import { type ContentKey, contentKeyOf, isKeyOf } from '../keys/key-record.ts';
import type { SealedFile } from '../rooms/log-entry.ts';
import type { Finished, MachineClient, PageImage, Share, TakeWorkOptions } from './machine-client.ts';
import type { MachineParts } from './machine-parts.ts';
import { mainKeyIsOff } from './main-key-is-off.ts';
import { readShare } from './read-share.ts';
import { workResult } from './work-result.ts';

const works = '/functions/v1/work';

interface Cancellable {
  readonly signal?: AbortSignal;
}

/** The one {@link MachineClient}. */
export class ConnectedMachine implements MachineClient {
  readonly #parts: MachineParts;

  constructor(parts: MachineParts) {
    this.#parts = parts;
  }

  async keysRevoked({ signal }: Cancellable = {}): Promise<boolean> {
    return mainKeyIsOff(this.#parts, signal);
  }

  async takeWork({ wait = 20, limit = maxWorkItems, signal }: TakeWorkOptions = {}): Promise<readonly Work[]> {
    const url = `${await this.#parts.addresses.beside(works)}?wait=${wait}&limit=${limit}`;
    const { items } = parseWorkPage(await this.#parts.http.json({ method: 'GET', url, signal }));
    // The function is on again: the line that ended with it need not wait for its next step.
    this.#parts.socket.hurry();
    return items;
  }

  async share({ roomId, activityId }: Work): Promise<Share | undefined> {
    const { http, addresses } = this.#parts;
    const url = await addresses.ofRoom(roomId);
    const found = await http.answer({ method: 'GET', url: `${url}/activities/${activityId}`, retries: 3 });
    if (found.status === 404) return undefined;
    if (found.status >= 400) throw errorOf(found);
    const query = 'includeParticipants=false&activitiesLimit=0';
    const room = parseConversation(await http.json({ method: 'GET', url: `${url}?${query}`, retries: 3 }));
    const activity = parseActivity(found.body);
    if (room.id !== roomId || activity.id !== activityId) {
      throw new CloisterError('client/unreadable', { detail: 'another entry than asked for' });
    }
    return readShare(room, activity);
  }

  async contentKey(share: Share, keyUri: KeyUri = share.keyUri): Promise<ContentKey> {
    const { key } = await this.#parts.keyServer.ask({ method: 'retrieve', uri: keyUri });
    const found = contentKeyOf(keyUri, key);
    // Threats row 17: the core may relabel a share; its key then belongs to another room's resource.
    if (isKeyOf(found, { id: share.roomId, resourceUri: share.resourceUri })) {
      this.#parts.keys.lend(found.key);
      return found;
    }
    found.key.destroy();
    throw new CloisterError('client/cannot-open', { detail: 'the key belongs to another room' });
  }

  async download(key: ContentKey, file: SealedFile, { signal }: Cancellable = {}): Promise<Uint8Array> {
    const blob = await this.#parts.keys.using(key.key, () => downloadFile(this.#parts, key, file, { signal }));
    return new Uint8Array(await blob.arrayBuffer());
  }

  async upload(
    share: Share,
    { key, uri }: ContentKey,
    { png, width, height }: PageImage,
    { signal }: Cancellable = {},
  ): Promise<TranscodedPage> {
    // Readers open pages with the share's key: under another they would be nobody's.
    if (uri !== share.keyUri) throw new CloisterError('client/invalid-request', { detail: 'not the key of the share' });
    const { http, platform, addresses, keys } = this.#parts;
    const mimeType = 'image/png';
    const source = { name: '', mimeType, blob: new Blob([png as Uint8Array<ArrayBuffer>]) };
    const context = { http, platform, roomUrl: await addresses.ofRoom(share.roomId) };
    const uploaded = await uploadFile(context, source, { signal });
    const scr = scrOf(uploaded);
    try {
      return {
        objectType: 'file',
        mimeType,
        fileSize: uploaded.size,
        url: uploaded.scr.loc,
        scr: (await keys.using(key, () => sealScr(key, scr))) as TranscodedPage['scr'],
        image: { width, height },
      };
    } finally {
      scr.key.destroy();
    }
  }

  async finish({ id }: Work, finished: Finished): Promise<void> {
    const url = `${await this.#parts.addresses.beside(works)}/${id}`;
    await this.#parts.http.json({ method: 'PUT', url, body: workResult(finished), retries: 4 });
  }

  async close(): Promise<void> {
    const { socket, keyServer, store } = this.#parts;
    socket.stop();
    keyServer.close();
    await store.close();
  }
}
