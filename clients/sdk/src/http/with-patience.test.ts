import { expect, it } from 'vitest';
import { requestToken } from '../session/token-endpoint.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { withPatience } from './with-patience.ts';

const never = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));

it('ends what is silent too long, and nothing that says something in time', async () => {
  const platform = manualPlatform(() => new Response());
  let say = (): void => {};
  const asked = withPatience({ platform, ms: 1000 }, (signal, alive) => {
    say = alive;
    return never(signal);
  }).catch(({ message }) => message);
  let ended: unknown;
  void asked.then((outcome) => {
    ended = outcome;
  });
  await platform.advance(900);
  say();
  await platform.advance(900);
  expect(ended).toBeUndefined();
  await platform.advance(100);
  expect(await asked).toBe('aborted');
});

it('leaves no timer behind, and heeds the caller’s own signal', async () => {
  const platform = manualPlatform(() => new Response());
  expect(await withPatience({ platform, ms: 1000 }, async () => 'done')).toBe('done');
  expect(platform.next()).toBeUndefined();
  const own = new AbortController();
  const asked = withPatience({ platform, ms: 1000, signal: own.signal }, never);
  own.abort();
  await expect(asked).rejects.toThrow('aborted');
  expect(platform.next()).toBeUndefined();
});

it('says that identity is out of reach when it accepts a request and never answers', async () => {
  const platform = manualPlatform((_url, init) => never(init.signal as AbortSignal));
  const deployment = { oauth: 'http://localhost:1', clientId: 'client' } as Parameters<typeof requestToken>[0];
  const asked = requestToken(deployment, platform, { form: {}, authenticate: true });
  const outcome = asked.catch(({ code }) => code);
  await platform.advance(20_000);
  expect(await outcome).toBe('client/offline');
});
