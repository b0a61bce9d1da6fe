import { createHash } from 'node:crypto';
import { parseKmsHost } from '@cloister/wire';
import { expect, it } from 'vitest';
import { memoryStore } from '../store/memory-store.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { finishSignIn, startSignIn } from './sign-in-with-redirect.ts';

const deployment = {
  catalogue: 'http://localhost/u2c/api/v1',
  oauth: 'http://localhost/idbroker',
  identity: 'http://localhost/identity',
  clientId: 'cloister-web',
  scope: 'openid spark:all',
  kmsHost: parseKmsHost('kms.acme.example'),
  kmsRoots: [],
};
const redirectUri = 'http://acme.localhost/signed-in';

it('asks for a code with a challenge whose verifier stays here (RFC 7636)', async () => {
  const { url, pending } = await startSignIn({ deployment, redirectUri });
  const query = new URL(url).searchParams;
  const { verifier, state } = JSON.parse(pending) as Record<string, string>;
  expect(query.get('code_challenge')).toBe(
    createHash('sha256')
      .update(verifier ?? '')
      .digest('base64url'),
  );
  expect(query.get('state')).toBe(state);
  expect(url).not.toContain(verifier);
});

it.each([
  ['another state', (state: string) => `?code=c&state=${state}x`],
  ['no code', (state: string) => `?error=access_denied&state=${state}`],
])('takes no answer with %s', async (_name, query) => {
  let requests = 0;
  const platform = manualPlatform(() => {
    requests += 1;
    return new Response();
  });
  const { pending } = await startSignIn({ deployment, redirectUri });
  const { state } = JSON.parse(pending) as { state: string };
  const callbackUrl = `${redirectUri}${query(state)}`;
  const finishing = finishSignIn({ deployment, store: memoryStore(), platform, pending, callbackUrl });
  await expect(finishing).rejects.toMatchObject({ code: 'client/not-signed-in' });
  expect(requests).toBe(0);
});

it.each(['', 'no json', '{}'])('needs a sign-in that was begun here (%j)', async (pending) => {
  const finishing = finishSignIn({ deployment, store: memoryStore(), pending, callbackUrl: `${redirectUri}?code=c` });
  await expect(finishing).rejects.toMatchObject({ code: 'client/not-signed-in' });
});
