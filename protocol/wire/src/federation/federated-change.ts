import * as z from 'zod/mini';
import { isErrorCode } from '../core/error-body.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import type { OrganisationId, RoomId, UserId } from '../ids.ts';
import { compactJws } from '../json/compact.ts';
import { integer, jsonObject, list, text, uuid } from '../json/schemas.ts';
import { kmsResponse } from '../kms/kms-response.ts';
import { instanceUriOf } from '../kms-uri/instance-uri.ts';
import { operationIdSchema, operationKind } from '../realm/operation.ts';

const operation = {
  operationId: operationIdSchema(),
  kind: operationKind.check(z.refine((kind) => kind !== 'create')),
  roomId: uuid<RoomId>(),
  actor: z.object({ id: uuid<UserId>(), organisationId: uuid<OrganisationId>() }),
};

/** Body of `POST /federation/v1/changes`: half of a change that somebody's own key server passes on to home (wires.md §13). */
export const changeAsked = z.object({
  ...operation,
  resourceUri: instanceUriOf('resources'),
  subjects: list(uuid<UserId>(), 2000),
  keyUri: z.optional(instanceUriOf('keys')),
  /** Of the asking device: a request is made once for each. */
  clientId: text(1024),
  /** The published request without its client. */
  request: jsonObject(),
});

/** Body of `POST /federation/v1/closures`: what the own key server refused by itself. */
export const closureAsked = z.object({
  ...operation,
  code: z.custom<ErrorCode>((value) => isErrorCode(value) && value.startsWith('kms/')),
});

/** What home decided: its receipt, and what to tell who asked. */
export const changeDecided = z.object({
  status: integer(200, 599),
  receipt: compactJws(1024 * 1024),
  response: z.nullable(kmsResponse),
});

export type ChangeAsked = z.infer<typeof changeAsked>;
export type ClosureAsked = z.infer<typeof closureAsked>;
export type ChangeDecided = z.infer<typeof changeDecided>;
