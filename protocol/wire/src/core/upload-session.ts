import * as z from 'zod/mini';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer, list, text } from '../json/schemas.ts';

/** The largest file, in bytes of ciphertext, which are as many as of plaintext (wires.md §6). */
export const maxFileSize = 100 * 1024 * 1024;

const fileSize = integer(0, Number.MAX_SAFE_INTEGER);

const uploadSessionRequest = z.object({
  fileSize,
  claimedFileType: z.optional(z.nullable(z.string().check(z.maxLength(255)))),
  uploadProtocol: z.optional(z.string().check(z.maxLength(64))),
});

const uploadSession = z.looseObject({
  uploadUrl: z.string(),
  finishUploadUrl: z.string(),
  fileUploadSizeLimit: z.number(),
});

/** `fileHash` is kept as said and never compared: a published client sends a constant (kms.md §3.6). */
const finishUploadRequest = z.object({ fileSize, fileHash: z.optional(z.string().check(z.maxLength(256))) });

const finishedUpload = z.looseObject({ downloadUrl: z.string() });

const space = z.looseObject({ spaceUrl: z.string() });

const downloadEndpointsRequest = z.object({ endpoints: list(text(4096), 100) });

/** `POST {spaceUrl}/upload_sessions` */
export type UploadSessionRequest = z.infer<typeof uploadSessionRequest>;
export type UploadSession = z.infer<typeof uploadSession>;
/** `POST {finishUploadUrl}` */
export type FinishUploadRequest = z.infer<typeof finishUploadRequest>;
export type FinishedUpload = z.infer<typeof finishedUpload>;
/** `PUT {conversation}/space` */
export type FileSpace = z.infer<typeof space>;
/** `POST /v1/download/endpoints` */
export type DownloadEndpointsRequest = z.infer<typeof downloadEndpointsRequest>;

/** @throws CloisterError with a `wire/…` code */
export const parseUploadSessionRequest = (input: Untrusted): UploadSessionRequest =>
  parseWith(uploadSessionRequest, input);
/** @throws CloisterError with a `wire/…` code */
export const parseUploadSession = (input: Untrusted): UploadSession => parseWith(uploadSession, input);
/** @throws CloisterError with a `wire/…` code */
export const parseFinishUploadRequest = (input: Untrusted): FinishUploadRequest =>
  parseWith(finishUploadRequest, input);
/** @throws CloisterError with a `wire/…` code */
export const parseFinishedUpload = (input: Untrusted): FinishedUpload => parseWith(finishedUpload, input);
/** @throws CloisterError with a `wire/…` code */
export const parseFileSpace = (input: Untrusted): FileSpace => parseWith(space, input);
/** @throws CloisterError with a `wire/…` code */
export const parseDownloadEndpointsRequest = (input: Untrusted): DownloadEndpointsRequest =>
  parseWith(downloadEndpointsRequest, input);
