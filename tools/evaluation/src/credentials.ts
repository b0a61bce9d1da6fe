import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a file that only its owner may read, whole or not at all. */
export function writePrivate(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const draft = `${path}.draft`;
  writeFileSync(draft, content, { mode: 0o600 });
  renameSync(draft, path);
}

export function writeJson(path: string, value: unknown): void {
  writePrivate(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** What the file holds; made by `make` and written 0600 when absent. */
export function keptSecret(path: string, make: () => string): string {
  if (!existsSync(path)) writePrivate(path, make());
  return readFileSync(path, 'utf8');
}

export function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Random, 60 bits, easy to read aloud and to type: evaluation only. */
export function randomPassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const pick = () => letters.charAt(randomBytes(1).readUInt8(0) % letters.length);
  return Array.from({ length: 3 }, () => Array.from({ length: 4 }, pick).join('')).join('-');
}

export interface PublicJwk {
  readonly kty: string;
  readonly crv: string;
  readonly x: string;
}

/** A realm-link key kept in `path` as a private JWK; returns its public half. */
export function keptLinkKey(path: string): PublicJwk {
  const text = keptSecret(path, () =>
    JSON.stringify(generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })),
  );
  const { kty, crv, x } = JSON.parse(text);
  return { kty, crv, x };
}

export interface PublicEcJwk extends PublicJwk {
  readonly y: string;
}

/** A machine account's P-256 key kept in `path` as a private JWK; returns its public half. */
export function keptMachineKey(path: string): PublicEcJwk {
  const text = keptSecret(path, () =>
    JSON.stringify(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })),
  );
  const { kty, crv, x, y } = JSON.parse(text);
  return { kty, crv, x, y };
}
