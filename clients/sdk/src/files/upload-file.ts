import { sealFile } from '@cloister/seal';
import { CloisterError, maxFileSize, parseFileSpace, parseFinishedUpload, parseUploadSession } from '@cloister/wire';
import type { FileSource, TransferOptions } from '../api/client.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { UploadedFile } from '../outbox/outbox-entry.ts';
import type { Platform } from '../platform.ts';
import { putBytes } from './put-bytes.ts';

export interface UploadContext {
  readonly http: HttpClient;
  readonly platform: Platform;
  readonly roomUrl: string;
}

export const mimeTypeOf = ({ mimeType, blob }: FileSource): string =>
  mimeType || blob.type || 'application/octet-stream';

/**
 * Seals a file under a key of its own and uploads the ciphertext; the key goes on only inside the sealed reference.
 * @throws CloisterError `core/too-large` above 100 MiB, before anything is read
 */
export const uploadFile = async (
  { http, platform, roomUrl }: UploadContext,
  file: FileSource,
  options: TransferOptions,
): Promise<UploadedFile> => {
  if (file.blob.size > maxFileSize) throw new CloisterError('core/too-large');
  const plain = new Uint8Array(await file.blob.arrayBuffer());
  const { ciphertext, scr } = await sealFile(plain, { now: new Date(platform.now()) });
  const { signal } = options;
  const { spaceUrl } = parseFileSpace(
    await http.json({ method: 'PUT', url: `${roomUrl}/space`, body: {}, retries: 3, signal }),
  );
  const session = parseUploadSession(
    await http.json({
      method: 'POST',
      url: `${spaceUrl}/upload_sessions`,
      // `claimedFileType` would tell the core a piece of the sealed name; it is left out.
      body: { fileSize: ciphertext.length, uploadProtocol: 'content-length' },
      retries: 3,
      signal,
    }),
  );
  if (ciphertext.length > session.fileUploadSizeLimit) throw new CloisterError('core/too-large');
  await putBytes(platform, session.uploadUrl, ciphertext as Uint8Array<ArrayBuffer>, options);
  const { downloadUrl } = parseFinishedUpload(
    await http.json({
      method: 'POST',
      url: session.finishUploadUrl,
      body: { fileSize: ciphertext.length, fileHash: await sha256Hex(ciphertext) },
      retries: 3,
      signal,
    }),
  );
  const { iv, tag, aad, key } = scr;
  const reference = { k: key.revealJwk().k, iv, tag, aad, loc: downloadUrl };
  return { name: file.name, mimeType: mimeTypeOf(file), size: plain.length, scr: reference };
};

const sha256Hex = async (bytes: Uint8Array): Promise<string> => {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
};
