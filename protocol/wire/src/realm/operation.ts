import * as z from 'zod/mini';
import type { Branded } from '../ids.ts';

/** What a two-part change does, in receipts and on the realm link (wires.md §4, §9). */
export const operationKind = z.enum(['create', 'add', 'remove', 'appoint', 'dismiss', 'updateKey', 'addKey']);

export type OperationKind = z.infer<typeof operationKind>;

/** SHA-256 over the asking person and the sealed bytes, lower-case hex. */
export type OperationId = Branded<'OperationId'>;

/** Whether a value has the form of an operation id. */
export const isOperationId = (value: unknown): value is OperationId =>
  typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);

export const operationIdSchema = () => z.custom<OperationId>(isOperationId);
