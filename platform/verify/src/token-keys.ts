import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';

/** The public keys that identity signs tokens with, as it stated them last. */
export class TokenKeys {
  #keys = new Map<string, { text: string; key: KeyObject }>();

  find(kid: string): KeyObject | undefined {
    return this.#keys.get(kid)?.key;
  }

  /** Only P-256 keys sign tokens. An unchanged key keeps its object, so that verified tokens stay verified. */
  replace(jwks: readonly JsonWebKey[]): void {
    const next = new Map<string, { text: string; key: KeyObject }>();
    for (const { kid, kty, crv, x, y } of jwks) {
      if (typeof kid !== 'string' || kty !== 'EC' || crv !== 'P-256') continue;
      const text = JSON.stringify({ kid, kty, crv, x, y });
      const known = this.#keys.get(kid);
      const key = known?.text === text ? known.key : publicKey({ kty, crv, x, y } as JsonWebKey);
      if (key !== null) next.set(kid, { text, key });
    }
    this.#keys = next;
  }

  snapshot(): JsonWebKey[] {
    return [...this.#keys.values()].map(({ text }) => JSON.parse(text) as JsonWebKey);
  }
}

function publicKey(jwk: JsonWebKey): KeyObject | null {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}
