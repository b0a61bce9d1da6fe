import { randomBytes } from 'node:crypto';
import { cmac } from '@noble/ciphers/aes.js';
import { afterAll, expect, it } from 'vitest';
import { keyCheck } from './key-check.ts';
import { Openssl } from './testing/openssl.ts';

const openssl = new Openssl();
afterAll(() => openssl.remove());

const message = Buffer.from(
  '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  'hex',
);
const vectors = {
  // RFC 4493 §4
  '2b7e151628aed2a6abf7158809cf4f3c': {
    0: 'bb1d6929e95937287fa37d129b756746',
    16: '070a16b46b4d4144f79bdd9dd04a287c',
    40: 'dfa66747de9ae63030ca32611497c827',
    64: '51f0bebf7e3b9d92fc49741779363cfe',
  },
  // NIST SP 800-38B, D.3
  '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4': {
    0: '028962f61b7bf89efc6b551f4667d983',
    16: '28a7023f452e8f82bd4bf28d8c37c35c',
    40: 'aaf3d8f1de5640c232f5b169b9c911e6',
    64: 'e1992190549f6ed5696a2c056c315410',
  },
};

it('is the CMAC of RFC 4493 and SP 800-38B', () => {
  for (const [key, macs] of Object.entries(vectors)) {
    for (const [length, mac] of Object.entries(macs)) {
      const made = cmac(message.subarray(0, Number(length)), Buffer.from(key, 'hex'));
      expect(Buffer.from(made).toString('hex')).toBe(mac);
    }
  }
});

it('is what `openssl mac` says, for the same key another for each organisation', () => {
  const organisations = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'] as const;
  for (let round = 0; round < 4; round++) {
    const key = randomBytes(32);
    const checks = organisations.map((organisationId) => keyCheck(key, organisationId));
    expect(checks).toEqual(organisations.map((organisationId) => openssl.check(key, organisationId)));
    expect(checks[0]).not.toEqual(checks[1]);
  }
});
