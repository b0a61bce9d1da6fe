import { checkWith, type KmsHost, type OrganisationId } from '@cloister/wire';
import type * as z from 'zod/mini';

/** The realm that asks: its certificate's name, and the organisations that the directory gives it at this moment. */
export type PeerRealm = { readonly kmsHost: KmsHost; readonly organisationIds: readonly OrganisationId[] };

/** One request of a peer. */
export type PeerCall<Body> = {
  readonly peer: PeerRealm;
  readonly body: Body;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

/** A successful answer; without a body it is 204. */
export type RouteAnswer = { readonly status: 200; readonly body: object } | { readonly status: 204 };

/** What a peer may ask, as docs/api/federation.openapi.yaml describes it. */
export type Route = {
  readonly method: 'GET' | 'POST';
  readonly path: `/federation/v1/${string}`;
  /** @throws CloisterError, which becomes a problem document */
  readonly answer: (call: PeerCall<unknown>) => Promise<RouteAnswer>;
};

/** A route whose body is parsed before anything of it is looked at. */
export const postRoute = <Body>(
  path: Route['path'],
  request: z.ZodMiniType<Body>,
  answer: (call: PeerCall<Body>) => Promise<RouteAnswer>,
): Route => ({
  method: 'POST',
  path,
  answer: (call) => answer({ ...call, body: checkWith(request, call.body) }),
});
