import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as tlsConnect } from 'node:tls';
import { type CertifiedKey, issueServerCertificate, makeRoot } from '@cloister/certs';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Rig } from './testing/rig.ts';

let root: CertifiedKey;
let leaf: CertifiedKey;
let rig: Rig;

beforeAll(async () => {
  root = await makeRoot({ commonName: 'test root', now: new Date() });
  leaf = await issueServerCertificate({ root, dnsNames: ['localhost', 'core.localhost'], now: new Date() });
});
beforeEach(() => {
  rig = new Rig();
  writeFileSync(rig.socket('cert.pem'), leaf.certificatePem);
  writeFileSync(rig.socket('key.pem'), leaf.privateKeyPem, { mode: 0o600 });
});
afterEach(() => rig.close());

const https = (address = '127.0.0.1') => ({
  https: { address, port: 0, certificate: rig.socket('cert.pem'), key: rig.socket('key.pem') },
});

describe('TLS', () => {
  it('is ended at the door, which says so to the upstream', async () => {
    await rig.upstream('core', (request, response) => response.end(String(request.headers['x-forwarded-proto'])));
    await rig.open({ listen: { http: { address: '127.0.0.1', port: 0 }, ...https() } });
    const sent = httpsRequest({
      host: '127.0.0.1',
      servername: 'core.localhost',
      port: rig.securePort,
      path: '/conversation',
      headers: { host: 'core.localhost' },
      ca: root.certificatePem,
      agent: false,
    });
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const [body] = await once(response, 'data');
    expect(String(body)).toBe('https');
    expect(rig.port).not.toBe(0);
  });

  it('older than 1.2 is refused', async () => {
    await rig.open({ listen: https() });
    const handshake = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3') =>
      new Promise<string | null>((resolve) => {
        const socket = tlsConnect(
          {
            host: '127.0.0.1',
            port: rig.securePort,
            servername: 'localhost',
            ca: root.certificatePem,
            minVersion: version,
            maxVersion: version,
            ciphers: 'DEFAULT:@SECLEVEL=0',
          },
          () => {
            resolve(socket.getProtocol());
            socket.destroy();
          },
        );
        socket.on('error', () => resolve(null));
      });
    expect(await handshake('TLSv1.1')).toBeNull();
    expect(await handshake('TLSv1.2')).toBe('TLSv1.2');
    expect(await handshake('TLSv1.3')).toBe('TLSv1.3');
  });

  it('needs a key that nobody else can read, and a certificate that fits it', async () => {
    writeFileSync(rig.socket('open.pem'), leaf.privateKeyPem, { mode: 0o644 });
    const open = (change: object) => rig.open({ listen: { https: { ...https().https, ...change } } });
    await expect(open({ key: rig.socket('open.pem') })).rejects.toMatchObject({
      code: 'config/insecure',
      detail: expect.stringContaining('chmod 600'),
    });
    await expect(open({ certificate: rig.socket('absent.pem') })).rejects.toMatchObject({ code: 'config/unreadable' });
    writeFileSync(rig.socket('other.pem'), root.privateKeyPem, { mode: 0o600 });
    await expect(open({ key: rig.socket('other.pem') })).rejects.toMatchObject({ code: 'config/invalid' });
  });
});

describe('an address', () => {
  it('that is not loopback needs TLS, or the door does not start (architecture §1)', async () => {
    for (const address of ['0.0.0.0', '192.0.2.1', '::', '2001:db8::1']) {
      await expect(rig.open({ listen: { http: { address, port: 0 } } })).rejects.toMatchObject({
        code: 'config/insecure',
      });
    }
    for (const address of ['127.0.0.1', '127.3.2.1', 'localhost']) {
      await (await rig.open({ listen: { http: { address, port: 0 } } })).close();
    }
    await rig.open({ listen: https('0.0.0.0') });
    expect(rig.securePort).toBeGreaterThan(0);
  });

  it('that is taken is named, and nothing stays open', async () => {
    await rig.open();
    const taken = rig.port;
    const second = new Rig();
    await expect(second.open({ listen: { http: { address: '127.0.0.1', port: taken } } })).rejects.toMatchObject({
      code: 'platform/socket',
      detail: expect.stringContaining(`port ${taken} (EADDRINUSE)`),
    });
    await second.close();
  });
});

describe('the process', () => {
  const main = new URL('./main.ts', import.meta.url).pathname;

  it('starts from its configuration, serves, reports its health and exits 0 on SIGTERM', async () => {
    await rig.upstream('core', (_request, response) => response.end('core'));
    const config = rig.socket('door.json');
    // A free port that was just let go of.
    await (await rig.open()).close();
    writeFileSync(
      config,
      JSON.stringify({
        listen: { http: { address: '127.0.0.1', port: rig.port } },
        health: { socket: rig.socket('health') },
        routes: [{ hosts: ['localhost'], paths: ['/conversation'], socket: rig.socket('core') }],
      }),
    );
    const door = spawn(process.execPath, [main, '--config', config], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(door.stdout, 'data');
    expect(JSON.parse(String(line).split('\n')[0] ?? '')).toMatchObject({
      name: 'door',
      event: 'door.started',
      routeCount: 1,
    });
    const read = async (options: object) => {
      const sent = httpRequest({ ...options, agent: false });
      sent.end();
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      response.resume();
      await once(response, 'end');
      return response.statusCode;
    };
    expect(
      await read({ host: '127.0.0.1', port: rig.port, path: '/conversation', headers: { host: 'localhost' } }),
    ).toBe(200);
    expect(await read({ socketPath: rig.socket('health'), path: '/readyz' })).toBe(200);
    door.kill('SIGTERM');
    expect(await once(door, 'exit')).toEqual([0, null]);
  });

  it('says what is wrong with its configuration and exits 1', async () => {
    const config = rig.socket('door.json');
    writeFileSync(
      config,
      JSON.stringify({
        listen: { http: { address: '0.0.0.0', port: 1 } },
        health: { socket: rig.socket('health') },
        routes: [{ hosts: ['a'], paths: ['/'], socket: '/x' }],
      }),
    );
    const door = spawn(process.execPath, [main, '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    door.stderr.on('data', (part) => {
      said += part;
    });
    const [code] = await once(door, 'close');
    expect(code).toBe(1);
    expect(said).toMatch(/^error: config\/insecure\nhint: listen\.http may only be a loopback address/);
  });
});
