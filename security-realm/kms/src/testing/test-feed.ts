import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64url } from '@cloister/wire';

/** Identity's signed status feed over real HTTP: each poll is answered with what there is. */
export class TestFeed {
  readonly #keys = generateKeyPairSync('ed25519');
  readonly #server: Server;
  readonly #statements: () => object;

  /** `statements` gives the payload without its times. */
  constructor(statements: () => object) {
    this.#statements = statements;
    this.#server = createServer((request, response) => {
      const after = Number(new URL(request.url ?? '', 'http://x').searchParams.get('after'));
      const answer = () => response.setHeader('content-type', 'application/jose').end(this.#sign(after));
      // A long poll without news is answered after a while, with a newer statement of the same.
      if (request.url?.includes('wait=0')) answer();
      else setTimeout(answer, 1_000).unref();
    });
  }

  get publicJwk() {
    return this.#keys.publicKey.export({ format: 'jwk' });
  }

  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #sign(after: number): string {
    const part = (value: object) => base64url.encode(Buffer.from(JSON.stringify(value)));
    const payload = { after, ...this.#statements(), issuedAt: Date.now() / 1000 };
    const entries = ((payload as { entries?: { seq: number }[] }).entries ?? []).filter(({ seq }) => seq > after);
    const signed = `${part({ alg: 'EdDSA', typ: 'cloister-status+jws' })}.${part({ ...payload, entries })}`;
    return `${signed}.${base64url.encode(sign(null, Buffer.from(signed), this.#keys.privateKey))}`;
  }
}
