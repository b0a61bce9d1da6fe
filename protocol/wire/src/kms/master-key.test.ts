import { describe, expect, it } from 'vitest';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { acme, alice, masterKeyUri, requestId } from '../testing/samples.ts';
import { kmsReply } from './kms-reply.ts';
import type { CustomerMasterKey, MasterKeyOverview, MasterKeyView } from './master-key.ts';
import { parseKmsResponse, writeKmsResponse } from './parse-kms-response.ts';
import { parseMasterKeyReply } from './parse-master-key-reply.ts';

const at = '2026-11-22T05:00:00.000Z';
const view: MasterKeyView = {
  uri: masterKeyUri,
  state: 'active',
  source: 'BYOK',
  createdAt: at,
  stateUpdatedOn: at,
  activatedAt: at,
  check: '00112233445566778899aabbccddeeff',
  rotation: { total: 17, done: 4, startedAt: at, refused: 1 },
  reminder: false,
  revocation: { requestedAt: at, nodes: 3, acknowledged: 2 },
};
const masterKey: CustomerMasterKey = {
  usageState: 'ACTIVE',
  assignedOrgId: acme,
  uri: masterKeyUri,
  source: 'BYOK',
  stateUpdatedOn: at,
  cloister: view,
};
const overview: MasterKeyOverview = {
  version: 3,
  isFrozen: false,
  head: masterKeyUri,
  keystore: 'software',
  protection: 'software',
  defaultUri: masterKeyUri,
  defaultRole: 'rotation',
  defaultRotation: { total: 17, done: 4, startedAt: at },
  principalArn: null,
  reach: { people: 5, rooms: 2 },
  keys: [view],
  history: [{ at, uri: 'default', from: 'active', to: 'rotation', act: 'activate', by: alice }],
};

describe('replies about main keys', () => {
  it('come back as they were written, both published shapes among them (R022)', () => {
    const created = kmsReply.masterKeyCreated(requestId, masterKey);
    expect(created).toMatchObject({
      uri: masterKeyUri,
      keysState: 'ACTIVE',
      customerMasterKeys: [{ uri: masterKeyUri }],
    });
    expect(parseKmsResponse(writeKmsResponse(created))).toEqual(created);
    const listed = { ...kmsReply.masterKeys(requestId, [masterKey]), cloister: { masterKeys: overview } };
    const read = parseKmsResponse(writeKmsResponse(listed));
    expect(read).toEqual(listed);
    expect(parseMasterKeyReply(read)).toEqual({ masterKeys: overview });
    const publicKey = kmsReply.publicKey(requestId, '-----BEGIN PUBLIC KEY-----');
    expect(parseKmsResponse(writeKmsResponse(publicKey))).toEqual(publicKey);
  });

  it('tell what is wrong with a key at Amazon (R079)', () => {
    const diagnosis = { missing: ['Decrypt'], fault: 'hsm/key-denied', reason: 'denied', findings: ['grant-missing'] };
    expect(parseMasterKeyReply({ cloister: { diagnosis } })).toEqual({ diagnosis });
    expect(parseMasterKeyReply({})).toEqual({});
  });

  it('are refused when they have another shape', () => {
    const bad = { masterKeys: { ...overview, keys: [{ ...view, state: 'lost' }] } };
    expect(codeOf(() => parseMasterKeyReply({ cloister: bad as never }))).toBe('wire/invalid-message');
    expectTypedErrors((input) => parseKmsResponse(input), { ...kmsReply.masterKeys(requestId, [masterKey]) });
  });
});
