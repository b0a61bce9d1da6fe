import type { KmsHost } from '@cloister/wire';
import type * as z from 'zod/mini';
import type { Route } from '../http/route.ts';

/** What to ask of a peer, and the shape its answer must have; null for an answer without a body. */
export type PeerRequest<T> = Pick<Route, 'method' | 'path'> & {
  readonly body?: object;
  readonly answer: z.ZodMiniType<T> | null;
};

/** What a peer answered: a value of the documented shape, or the code by which it refused. */
export type PeerAnswer<T> =
  | { readonly isRefused: false; readonly value: T }
  | { readonly isRefused: true; readonly status: number; readonly code: string };

/** Asks a peer. */
export type AskPeer = <T>(kmsHost: KmsHost, request: PeerRequest<T>) => Promise<PeerAnswer<T>>;
