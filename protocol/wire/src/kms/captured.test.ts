import { describe, expect, it } from 'vitest';
import { parseKmsHost } from '../kms-uri/kms-host.ts';
import { parseKmsRequest } from './parse-kms-request.ts';
import { parseHandshakeResponse, parseKmsResponse } from './parse-kms-response.ts';

// The opened messages of a published client and the answers it accepted (kms.md §4), as they were on the wire.
const host = parseKmsHost('kms.realm.example');
const sender =
  '"client":{"clientId":"https://wdm.example/devices/1","credential":{"userId":"11111111-1111-4111-8111-111111111111","bearer":"TOKEN"}}';
const resource = 'kms://kms.realm.example/resources/4ec723c5-eec8-4fbc-af24-04671d561119';
const key = 'kms://kms.realm.example/keys/3d2a7a8e-e6d2-4854-88ef-571007591d77';

describe('a captured request is read: ', () => {
  it.each([
    [
      `{"method":"create","uri":"kms://kms.realm.example/ecdhe","jwk":{"kty":"EC","kid":"W0WdbDstqJsa18k40QBiYjXzGthKTPSOeNO3eN0beNw","crv":"P-256","x":"3CNUA2L0n6NxIqCzlHid1bb7lK5WaCH3eF7f4nwTdrI","y":"bZoKgyhj8BJCCg5Dn9yAg0ZTXM2DKV_my3ZhXFXKTHI"},"requestId":"82eb1563-7c8b-41e6-b8bd-2245fb96e148",${sender}}`,
      { operation: 'createEphemeralKey', requestId: '82eb1563-7c8b-41e6-b8bd-2245fb96e148' },
    ],
    [
      `{"method":"create","uri":"/keys","count":2,"requestId":"acc8888f-e330-4258-b843-e40c5baef2cb",${sender}}`,
      { operation: 'createKeys', count: 2 },
    ],
    [
      `{"method":"create","uri":"/resources","userIds":["11111111-1111-4111-8111-111111111111","22222222-2222-4222-8222-222222222222","33333333-3333-4333-8333-333333333333"],"keyUris":["kms://kms.realm.example/keys/818790f5-e9d5-4f81-866e-7defd5c31567"],"requestId":"49b6f936-8f6d-4b63-b42f-fa61c0c4028b",${sender}}`,
      {
        operation: 'createResource',
        authIds: [
          '11111111-1111-4111-8111-111111111111',
          '22222222-2222-4222-8222-222222222222',
          '33333333-3333-4333-8333-333333333333',
        ],
        keyUris: ['kms://kms.realm.example/keys/818790f5-e9d5-4f81-866e-7defd5c31567'],
      },
    ],
    [
      `{"method":"create","uri":"/authorizations","resourceUri":"${resource}","userIds":["44444444-4444-4444-8444-444444444444"],"requestId":"fa8a73a7-3174-44da-8b1c-c718bde7645f",${sender}}`,
      {
        operation: 'createAuthorizations',
        resourceUri: resource,
        authIds: ['44444444-4444-4444-8444-444444444444'],
      },
    ],
    [
      `{"method":"delete","uri":"${resource}/authorizations?authId=33333333-3333-4333-8333-333333333333","requestId":"bde6dac8-9871-424e-ba22-abc79a0747d7",${sender}}`,
      {
        operation: 'deleteAuthorization',
        target: { by: 'subject', resourceUri: resource, authId: '33333333-3333-4333-8333-333333333333' },
      },
    ],
    [
      `{"method":"update","resourceUri":"${resource}","uri":"${key}","requestId":"9bbb16ef-f01b-4c23-bcd5-27a3bd12f101",${sender}}`,
      { operation: 'bindKey', keyUri: key, resourceUri: resource },
    ],
  ])('%#', (text, expected) => {
    expect(parseKmsRequest(new TextEncoder().encode(text), host)).toMatchObject({ ...expected, host });
  });
});

describe('a captured answer is read whole: ', () => {
  it.each([
    '{"status":201,"requestId":"82eb1563-7c8b-41e6-b8bd-2245fb96e148","key":{"uri":"kms://kms.realm.example/ecdhe/49870d2b-17e9-4e9a-8ee1-a4fd48c57d24","jwk":{"kty":"EC","crv":"P-256","x":"CHvR9il_HnqRL3zajJFyk0Jl2lCxCYvi5P9KP8Bglw4","y":"7G8Qc_YdjOL-Fqsm2748FFXQTjVwLVPKLMWLHWEs28Q"},"userId":"11111111-1111-4111-8111-111111111111","clientId":"https://wdm.example/devices/1","createDate":"2026-11-21T20:21:10.099Z","expirationDate":"2026-11-21T21:21:10.100Z"}}',
  ])('handshake %#', (text) => {
    expect(parseHandshakeResponse(text)).toEqual(JSON.parse(text));
  });

  it.each([
    `{"status":201,"resource":{"uri":"${resource}","authorizationUris":["kms://kms.realm.example/authorizations/88869f47-edfa-42f3-b124-15a68b5f5e39"],"keyUris":["kms://kms.realm.example/keys/818790f5-e9d5-4f81-866e-7defd5c31567"]},"requestId":"49b6f936-8f6d-4b63-b42f-fa61c0c4028b"}`,
    `{"status":200,"authorizations":[{"uri":"kms://kms.realm.example/authorizations/80f5d0b3-5b50-45ac-affa-33f035788c60","authId":"33333333-3333-4333-8333-333333333333","resourceUri":"${resource}"}],"requestId":"bde6dac8-9871-424e-ba22-abc79a0747d7"}`,
    `{"status":200,"key":{"uri":"${key}","jwk":{"kid":"${key}","kty":"oct","k":"6eQNCebwq7YOWjWbcoXMntcjmQvrGE8iXEh0-hF6R-I"},"userId":"11111111-1111-4111-8111-111111111111","clientId":"http://localhost:18090/wdm/api/v1/devices/94d8e203-a695-4fd6-85cb-b19ae0061082","createDate":"2026-11-21T20:21:11.672Z","expirationDate":"2026-11-21T20:31:11.673Z","resourceUri":"${resource}","bindDate":"2026-11-21T20:21:11.681Z"},"requestId":"9bbb16ef-f01b-4c23-bcd5-27a3bd12f101"}`,
  ])('%#', (text) => {
    expect(parseKmsResponse(text)).toEqual(JSON.parse(text));
  });
});
