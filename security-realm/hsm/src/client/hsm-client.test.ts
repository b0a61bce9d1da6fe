import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { prove } from '../protocol/challenge.ts';
import { encodeFrame, FrameReader } from '../protocol/frame.ts';
import { HsmClient } from './hsm-client.ts';
import { hsmError } from './hsm-error.ts';

const organisationId = '11111111-1111-4111-8111-111111111111';
const secret = randomBytes(32);
let folder: string;
let socket: string;
let hsm: HsmClient;
let server: Server | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-client-'));
  socket = join(folder, 's');
  hsm = new HsmClient({ socket, secret, timeoutMs: 20_000 });
  server = null;
});
afterEach(() => {
  hsm.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody on the hsm's socket, who answers each frame as told. */
const impersonate = async (answer: (frame: unknown, at: number) => Buffer | null) => {
  const made = createServer((caller: Socket) => {
    const reader = new FrameReader();
    let at = 0;
    caller.on('error', () => {});
    caller.on('data', (bytes) => {
      for (const frame of reader.push(bytes)) {
        const reply = answer(frame, at++);
        if (reply !== null) caller.write(reply);
      }
    });
    caller.write(encodeFrame({ challenge: challenge.toString('base64'), keystore: 'software' }));
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(socket, resolve));
};
const challenge = randomBytes(32);
const proofFor = (frame: unknown, with_ = secret): Buffer => {
  const theirs = Buffer.from((frame as { challenge: string }).challenge, 'base64');
  return encodeFrame({ proof: prove(with_, 'hsm', challenge, theirs).toString('base64') });
};

describe('the client', () => {
  it('asks nothing of an hsm that does not prove the credential, not even by its own proof', async () => {
    const heard: unknown[] = [];
    for (const wrong of [
      (frame: unknown) => proofFor(frame, randomBytes(32)),
      (frame: unknown) => encodeFrame({ proof: (frame as { proof: string }).proof }),
      () => encodeFrame({ proof: '' }),
    ]) {
      await impersonate((frame) => {
        heard.push(frame);
        return wrong(frame);
      });
      await expect(hsm.principal(organisationId)).rejects.toMatchObject({ code: 'hsm/unauthenticated' });
      await new Promise((resolve) => server?.close(resolve));
    }
    expect(heard).toEqual(
      Array.from({ length: 3 }, () => ({ challenge: expect.any(String), proof: expect.any(String) })),
    );
  });

  it('fails typed whatever the hsm answers, and what waits fails with it', async () => {
    for (const [nonsense, code] of [
      [{ id: 1, result: { arn: 7 } }, 'hsm/invalid-request'],
      [{ id: 1, error: { code: 'kms/not-authorized' } }, 'hsm/unavailable'],
      [{ id: 1, error: { code: 'hsm/made-up' } }, 'hsm/internal'],
      [{ id: 1, error: { code: 'hsm/key-denied', reason: 'made-up' } }, 'hsm/key-denied'],
      [{ id: -1 }, 'hsm/unavailable'],
      ['text', 'hsm/unavailable'],
    ] as const) {
      await impersonate((frame, at) => (at === 0 ? proofFor(frame) : encodeFrame(nonsense)));
      await expect(hsm.principal(organisationId)).rejects.toMatchObject({ code });
      hsm.close();
      await new Promise((resolve) => server?.close(resolve));
      hsm = new HsmClient({ socket, secret, timeoutMs: 20_000 });
    }
  });

  it('takes no rewrapped KEKs but as many as it gave', async () => {
    const place = { organisationId, kekId: organisationId, version: 1, level: 'content', label: '1' } as const;
    const kek = { place, wrapped: randomBytes(60), commitment: randomBytes(32) };
    const text = { wrapped: kek.wrapped.toString('base64'), commitment: kek.commitment.toString('base64') };
    const key = { keyId: organisationId, organisationId };
    for (const [keks, outcome] of [
      [[text], 'hsm/invalid-request'],
      [[text, text, text], 'hsm/invalid-request'],
      [[text, { ...text, refused: 'hsm/unwrap-failed' }], 'hsm/invalid-request'],
      [[text, { refused: 'hsm/not-found' }], 'hsm/invalid-request'],
      [
        [text, { refused: 'hsm/unwrap-failed' }],
        [{ wrapped: kek.wrapped, commitment: kek.commitment }, null],
      ],
    ] as const) {
      await impersonate((frame, at) => (at === 0 ? proofFor(frame) : encodeFrame({ id: 1, result: { keks } })));
      const asked = hsm.rewrap(key, key, [kek, kek]).catch(({ code }: CloisterError) => code);
      expect(await asked).toEqual(outcome);
      hsm.close();
      await new Promise((resolve) => server?.close(resolve));
      hsm = new HsmClient({ socket, secret, timeoutMs: 20_000 });
    }
  });

  it('drops an answer to nothing it asked', async () => {
    await impersonate((frame, at) => {
      if (at === 0) return proofFor(frame);
      const answers = [7, 1].map((id) => encodeFrame({ id, result: { arn: null } }));
      return Buffer.concat(answers);
    });
    expect(await hsm.principal(organisationId)).toBeNull();
  });

  it('fails at once when it is closed, and where nobody serves', async () => {
    await expect(hsm.principal(organisationId)).rejects.toMatchObject({ code: 'hsm/unavailable' });
    hsm.close();
    await expect(hsm.principal(organisationId)).rejects.toMatchObject({ code: 'hsm/unavailable' });
  });
});

it('an hsm’s error is one of the table, with no text of its own', () => {
  fc.assert(
    fc.property(fc.string(), fc.option(fc.string(), { nil: undefined }), (code, reason) => {
      const error = hsmError({ code: `hsm/${code}`, reason });
      expect(error).toBeInstanceOf(CloisterError);
      expect(error.code).toMatch(/^hsm\//);
      if (reason !== undefined && reason.length > 8) expect(error.message).not.toContain(reason);
    }),
    { numRuns: Number(process.env.CLOISTER_RUNS ?? 100) },
  );
});
