import { expect, it } from 'vitest';
import { protectionOf } from './protection.ts';

it('calls modules software that are, and others a token', () => {
  for (const [library, model] of [
    ['SoftHSM, Implementation of PKCS11 2.6', 'SoftHSM v2'],
    ['Mozilla Foundation, NSS Internal Crypto Services 3.87', 'NSS 3'],
    ['IBM, openCryptoki 3.8', 'Soft'],
    ['Kryoptic, Kryoptic PKCS11 Module 1.0', 'v1'],
  ] as const) {
    expect(protectionOf(library, model)).toBe('software');
  }
  for (const [library, model] of [
    ['SafeNet, Chrystoki 10.3', 'LunaSA 7.7.0'],
    ['Marvell Technology Group, Cloudhsm PKCS#11 5.12', 'LS2'],
    ['Yubico (www.yubico.com), YubiHSM PKCS#11 Library 2.5', 'YubiHSM'],
    ['IBM, openCryptoki 3.8', 'EP11'],
  ] as const) {
    expect(protectionOf(library, model)).toBe('token');
  }
});
