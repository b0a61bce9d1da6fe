import { originOf } from '@cloister/http';
import {
  CloisterError,
  type FileId,
  isUuid,
  maxFileSize,
  parseDownloadEndpointsRequest,
  parseFinishUploadRequest,
  parseUploadSessionRequest,
  parseUuid,
  type RoomId,
} from '@cloister/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CoreContext } from '../context.ts';
import { parseByteRange } from '../domain/byte-range.ts';
import { roomToRead } from '../functions/store/room-to-read.ts';
import type { StoredFile } from '../store/files.ts';
import { askerOf } from './ask.ts';

interface ById {
  Params: { id: string };
}
interface ByCapability {
  Params: { capability: string };
}

const conversation = '/conversation/api/v1/conversations/:id';

/** Files (kms.md §3.6, docs/wires.md §6). Capabilities are in paths: the log knows route patterns only. */
export const fileRoutes = (app: FastifyInstance, context: CoreContext): void => {
  const space = async (request: FastifyRequest<ById>) => {
    const asker = askerOf(request, context);
    const roomId = parseUuid<RoomId>(request.params.id);
    if ((await roomToRead(context.db, roomId, asker)) === undefined) throw new CloisterError('core/not-found');
    return { spaceUrl: `${originOf(request)}/files/v1/spaces/${roomId}` };
  };
  app.put<ById>(`${conversation}/space`, space);
  app.put<ById>(`${conversation}/space/hidden`, space);

  app.post<ById>('/files/v1/spaces/:id/upload_sessions', async (request) => {
    const asker = askerOf(request, context);
    const { fileSize } = parseUploadSessionRequest(request.body);
    const { upload, finish } = await context.files.open(parseUuid<RoomId>(request.params.id), asker, fileSize);
    const base = `${originOf(request)}/files/v1`;
    return {
      uploadUrl: `${base}/uploads/${upload}`,
      finishUploadUrl: `${base}/finished/${finish}`,
      fileUploadSizeLimit: maxFileSize,
    };
  });

  app.post<ByCapability>('/files/v1/finished/:capability', async (request) => {
    const asker = askerOf(request, context);
    const { fileSize } = parseFinishUploadRequest(request.body);
    const id = await context.files.finish(request.params.capability, asker, fileSize);
    return { downloadUrl: downloadUrl(originOf(request), id) };
  });

  app.get<ById>('/files/v1/files/:id', async (request, reply) => {
    const asker = askerOf(request, context);
    const file = await context.files.ofReader(parseUuid<FileId>(request.params.id), asker);
    return sendFile(request, reply, context, file);
  });

  app.get<ByCapability>('/files/v1/downloads/:capability', async (request, reply) =>
    sendFile(request, reply, context, await context.files.ofDownload(request.params.capability)),
  );

  app.post('/v1/download/endpoints', async (request) => {
    const asker = askerOf(request, context);
    const origin = originOf(request);
    const endpoints: Record<string, string> = {};
    for (const url of parseDownloadEndpointsRequest(request.body).endpoints) {
      const capability = await context.files.grantDownload(fileIdOf(url), asker);
      endpoints[url] = `${origin}/files/v1/downloads/${capability}`;
    }
    return { endpoints };
  });
};

const downloadUrl = (origin: string, id: FileId) => `${origin}/files/v1/files/${id}`;

const fileIdOf = (url: string): FileId => {
  const id = url.slice(url.lastIndexOf('/') + 1);
  if (!isUuid(id)) throw new CloisterError('core/not-found');
  return id as FileId;
};

/** Ciphertext, as bytes and nothing else: a browser must never take it for a page. */
const sendFile = (
  request: FastifyRequest,
  reply: FastifyReply,
  context: CoreContext,
  { id, size }: StoredFile,
): FastifyReply => {
  reply.headers({
    'content-type': 'application/octet-stream',
    'content-disposition': 'attachment',
    'x-content-type-options': 'nosniff',
    'cache-control': 'private, no-store',
    'accept-ranges': 'bytes',
  });
  const range = parseByteRange(request.headers.range, size);
  if (range === undefined) return reply.header('content-length', size).send(context.bytes.read(id));
  return reply
    .code(206)
    .headers({
      'content-length': range.last - range.first + 1,
      'content-range': `bytes ${range.first}-${range.last}/${size}`,
    })
    .send(context.bytes.read(id, range));
};
