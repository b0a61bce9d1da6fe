import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HsmClient } from './client/hsm-client.ts';
import { encodeFrame, FRAME_LIMIT, FrameReader } from './protocol/frame.ts';

const organisationId = '11111111-1111-4111-8111-111111111111';
const place = { organisationId, kekId: randomUUID(), version: 1, level: 'content', label: '1' } as const;
const secret = randomBytes(32).toString('base64');
let folder: string;
let socket: string;
let processes: ChildProcess[];
let clients: HsmClient[];

const client = (shared = secret) => {
  const made = new HsmClient({ socket, secret: Buffer.from(shared) });
  clients.push(made);
  return made;
};

/** Starts the real process and waits for the line that says it serves. */
const start = async (): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--config', join(folder, 'hsm.json')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  processes.push(child);
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.includes('hsm.ready')) return child;
  }
  throw new Error('the hsm did not start');
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cloister-hsm-'));
  socket = join(folder, 'hsm.sock');
  processes = [];
  clients = [];
  writeFileSync(join(folder, 'pin'), randomBytes(32).toString('hex'), { mode: 0o600 });
  writeFileSync(join(folder, 'shared'), secret, { mode: 0o600 });
  writeFileSync(
    join(folder, 'hsm.json'),
    JSON.stringify({
      listen: { socket },
      health: { socket: join(folder, 'health.sock') },
      keystore: { kind: 'software', path: join(folder, 'keystore') },
      uploadKeyBits: 3072,
      credentials: { pin: join(folder, 'pin'), shared: join(folder, 'shared') },
    }),
  );
});

afterEach(async () => {
  for (const each of clients) each.close();
  await Promise.all(
    processes.map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }),
  );
  rmSync(folder, { recursive: true, force: true });
});

describe('the hsm process', () => {
  it('wraps and unwraps for a caller that holds the shared credential', async () => {
    await start();
    const hsm = client();
    const { keyId } = await hsm.ensureKey(organisationId, 'main', 'default');
    const kek = randomBytes(32);
    const key = { keyId, organisationId };
    const wrapped = await hsm.wrap(key, place, kek);
    expect(await hsm.unwrap(key, place, wrapped)).toEqual(kek);
    expect(await hsm.describe(key)).toMatchObject({ keystore: 'software', protection: 'software', label: 'default' });
    await expect(hsm.unwrap(key, { ...place, version: 2 }, wrapped)).rejects.toMatchObject({
      code: 'hsm/unwrap-failed',
    });
  });

  it('refuses a caller with another credential, and the caller refuses such an hsm', async () => {
    await start();
    await expect(client('x'.repeat(44)).describe({ keyId: randomUUID(), organisationId })).rejects.toMatchObject({
      code: 'hsm/unauthenticated',
    });
  });

  it('reads no request before the proof, and no frame beyond the limit', async () => {
    await start();
    for (const bytes of [
      encodeFrame({ id: 1, op: 'ensureKey', organisationId, purpose: 'main', label: 'default' }),
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      encodeFrame({ challenge: randomBytes(32).toString('base64'), proof: randomBytes(32).toString('base64') }),
    ]) {
      const stranger = connect(socket);
      const reader = new FrameReader();
      const received: unknown[] = [];
      stranger.on('data', (chunk) => received.push(...reader.push(chunk)));
      stranger.on('error', () => {});
      stranger.write(bytes);
      await once(stranger, 'close');
      // The hello at most: never an answer.
      expect(received.length).toBeLessThanOrEqual(1);
    }
    expect(FRAME_LIMIT).toBe(65_536);
  });

  it('keeps its keys over SIGKILL, and its client finds it again', async () => {
    const first = await start();
    const hsm = client();
    const { keyId, check } = await hsm.ensureKey(organisationId, 'main', 'default');
    const key = { keyId, organisationId };
    const kek = randomBytes(32);
    const wrapped = await hsm.wrap(key, place, kek);
    const gone = once(first, 'exit');
    first.kill('SIGKILL');
    await gone;
    await expect(hsm.describe(key)).rejects.toMatchObject({ code: 'hsm/unavailable' });
    await start();
    expect((await hsm.ensureKey(organisationId, 'main', 'default')).check).toBe(check);
    expect(await hsm.unwrap(key, place, wrapped)).toEqual(kek);
  });

  it('stops on SIGTERM with exit code 0', async () => {
    const child = await start();
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await gone).toEqual([0, null]);
  });

  it('does not take the socket of a living hsm', async () => {
    await start();
    const second = spawn(
      process.execPath,
      [join(import.meta.dirname, 'main.ts'), '--config', join(folder, 'hsm.json')],
      {
        stdio: 'ignore',
      },
    );
    processes.push(second);
    expect(await once(second, 'exit')).toEqual([1, null]);
    expect(await client().ensureKey(organisationId, 'main', 'default')).toMatchObject({
      keyId: expect.any(String),
    });
  });
});
