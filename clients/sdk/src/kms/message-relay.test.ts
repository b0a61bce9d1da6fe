import { CloisterError } from '@cloister/wire';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { HttpClient } from '../http/http-client.ts';
import type { Platform } from '../platform.ts';
import { manualPlatform } from '../testing/manual-platform.ts';
import { MessageRelay } from './message-relay.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);

/** A relay over a platform; `refused` hears the codes it refuses with. */
const relayOver = (platform: Platform, refused: (code: string) => unknown = () => {}, token = async () => 'token') =>
  new MessageRelay({
    http: new HttpClient({ platform, token, refused: () => {} }),
    platform,
    address: async () => 'http://localhost/encryption/api/v1',
    destination: 'kms://kms.acme.example',
    refused: ({ code }) => void refused(code),
  });

it('carries every message once, in order, at most a hundred in a request (wires §4)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(240), { maxLength: 5 }), async (bursts) => {
      const batches: string[][] = [];
      const platform = manualPlatform((_url, init) => {
        batches.push((JSON.parse(String(init.body)) as { kmsMessages: string[] }).kmsMessages);
        return new Response('{}', { status: 202 });
      });
      const relay = relayOver(platform);
      const expected: string[] = [];
      for (const burst of bursts) {
        for (let n = 0; n < burst; n += 1) {
          const message = `${expected.length}`;
          expected.push(message);
          relay.send(message);
        }
        await platform.advance(20);
      }
      expect(batches.flat()).toEqual(expected);
      for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(100);
      expect(batches.length).toBe(bursts.reduce((sum, burst) => sum + Math.ceil(burst / 100), 0));
    }),
    { numRuns: Math.min(numRuns, 50) },
  );
});

it('puts no more into a request than the core reads of one, and large messages alone', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 384 * 1024 }), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const batches: number[][] = [];
      const platform = manualPlatform((_url, init) => {
        const body = String(init.body);
        expect(body.length).toBeLessThan(4 * 1024 * 1024);
        batches.push((JSON.parse(body) as { kmsMessages: string[] }).kmsMessages.map(({ length }) => length));
        return new Response('{}', { status: 202 });
      });
      const relay = relayOver(platform);
      for (const length of lengths) relay.send('x'.repeat(length));
      await platform.advance(20);
      expect(batches.flat()).toEqual(lengths);
    }),
    { numRuns: Math.min(numRuns, 20) },
  );
});

it('says at once that the core passes nothing on, and keeps silent about what may pass', async () => {
  const refusals: string[] = [];
  let status = 403;
  const platform = manualPlatform(() => Response.json({ code: 'core/function-off' }, { status }));
  const relay = relayOver(platform, (code) => refusals.push(code));
  relay.send('one');
  await platform.advance(20);
  expect(refusals).toEqual(['core/function-off']);
  status = 503;
  relay.send('two');
  await platform.advance(20);
  expect(refusals).toHaveLength(1);
});

it('says at once that the session has ended', async () => {
  const refusals: string[] = [];
  const platform = manualPlatform(() => Response.json({}));
  const noToken = () => Promise.reject(new CloisterError('client/not-signed-in'));
  const relay = relayOver(platform, (code) => refusals.push(code), noToken);
  relay.send('one');
  await platform.advance(20);
  expect(refusals).toEqual(['client/not-signed-in']);
});
