import { CloisterError } from '@cloister/wire';
import type { Platform } from '../platform.ts';
import type { PossessionKey } from './possession-key.ts';
import { ScopedTokens, type TokenScope } from './scoped-tokens.ts';
import type { Deployment } from './session.ts';
import { type Grant, requestToken, tokenUrl } from './token-endpoint.ts';

export interface ReductionsOptions {
  readonly deployment: Deployment;
  readonly platform: Platform;
  readonly possession: PossessionKey;
  readonly fullToken: () => Promise<string>;
  /** Called when identity refuses the full token: it may have been ended early, while its refresh token still holds. */
  readonly renewFull: (refused: string) => Promise<void>;
}

/** The three reductions of a person's full token (kms.md §3.2). */
export const openReductions = (options: ReductionsOptions): ScopedTokens =>
  new ScopedTokens({
    platform: options.platform,
    kmsHost: options.deployment.kmsHost,
    possession: options.possession,
    ask: (scope) => reduce(options, scope),
  });

const reduce = async (options: ReductionsOptions, scope: TokenScope): Promise<Grant> => {
  const full = await options.fullToken();
  try {
    return await request(options, scope, full);
  } catch (cause) {
    if (!(cause instanceof CloisterError) || cause.code !== 'client/not-signed-in') throw cause;
    await options.renewFull(full);
    return request(options, scope, await options.fullToken());
  }
};

const request = async (
  { deployment, platform, possession }: ReductionsOptions,
  scope: TokenScope,
  full: string,
): Promise<Grant> =>
  requestToken(deployment, platform, {
    form: {
      grant_type: 'urn:cisco:oauth:grant-type:scope-reduction',
      token: full,
      scope,
      client_id: deployment.clientId,
      self_contained_token: 'true',
    },
    authenticate: false,
    ...(scope === 'spark:kms' ? { dpop: await tokenProof(deployment, platform, possession) } : {}),
  });

/** RFC 9449 §5: the proof that binds the token that is asked for. */
export const tokenProof = (deployment: Deployment, platform: Platform, possession: PossessionKey): Promise<string> =>
  possession.dpop({
    method: 'POST',
    url: tokenUrl(deployment),
    id: platform.randomUuid(),
    now: new Date(platform.now()),
  });
