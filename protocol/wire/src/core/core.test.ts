import { describe, expect, it } from 'vitest';
import { CloisterError } from '../errors/cloister-error.ts';
import { codeOf, expectTypedErrors } from '../testing/fuzz.ts';
import { alice, deviceId, jwe } from '../testing/samples.ts';
import { parseDevice, parseDeviceRequest } from './device.ts';
import { isErrorCode, toErrorBody, toSealedErrorBody } from './error-body.ts';
import { parseServiceCatalogue, serviceNames } from './service-catalogue.ts';
import {
  maxFileSize,
  parseDownloadEndpointsRequest,
  parseFileSpace,
  parseFinishedUpload,
  parseFinishUploadRequest,
  parseUploadSession,
  parseUploadSessionRequest,
} from './upload-session.ts';

const origin = 'http://localhost:8443';

const catalogue = {
  serviceLinks: Object.fromEntries(serviceNames.map((name) => [name, `${origin}/${name}`])),
  hostCatalog: {},
  format: 'hostmap',
  timestamp: 1,
};
const deviceRequest = {
  name: 'web',
  deviceType: 'WEB',
  model: 'web',
  localizedModel: 'web',
  systemName: 'Linux',
  systemVersion: '1',
  ttl: 3600,
};
const device = {
  url: `${origin}/wdm/api/v1/devices/${deviceId}`,
  webSocketUrl: `ws://localhost:8443/mercury/v1/devices/${deviceId}/messages`,
  userId: alice,
  deviceType: 'WEB',
  features: { developer: [], entitlement: [], user: [] },
  services: {},
  modificationTime: '2026-11-21T20:21:10.106Z',
};
const uploadRequest = { fileSize: 1234, claimedFileType: '.png', uploadProtocol: 'content-length' };
const upload = { uploadUrl: `${origin}/u`, finishUploadUrl: `${origin}/f`, fileUploadSizeLimit: maxFileSize };
const finish = { fileSize: 1234, fileHash: '4ea5c508' };
const endpoints = { endpoints: [`${origin}/files/1`] };

const parsers: [string, (input: unknown) => unknown, object][] = [
  ['the service catalogue', parseServiceCatalogue, catalogue],
  ['a device registration', parseDeviceRequest, deviceRequest],
  ['a device', parseDevice, device],
  ['an upload session request', parseUploadSessionRequest, uploadRequest],
  ['an upload session', parseUploadSession, upload],
  ['the end of an upload', parseFinishUploadRequest, finish],
  ['a finished upload', parseFinishedUpload, { downloadUrl: `${origin}/files/1` }],
  ['a space', parseFileSpace, { spaceUrl: `${origin}/space` }],
  ['download endpoints', parseDownloadEndpointsRequest, endpoints],
];

describe.each(parsers)('%s', (_, parse, sample) => {
  it('reads back as published', () => {
    expect(parse(JSON.stringify(sample))).toEqual(sample);
  });

  it('gives a value or a wire error for any input', () => {
    expectTypedErrors(parse, sample);
  });
});

describe('an upload', () => {
  it.each([-1, 1.5, '12', null])('of %j bytes is refused', (fileSize) => {
    expect(codeOf(() => parseUploadSessionRequest({ ...uploadRequest, fileSize }))).toBe('wire/invalid-message');
  });

  it('may leave out what a published client leaves out', () => {
    expect(parseUploadSessionRequest({ fileSize: 0 })).toEqual({ fileSize: 0 });
    expect(parseFinishUploadRequest({ fileSize: 0 })).toEqual({ fileSize: 0 });
  });
});

describe('an error at a published endpoint', () => {
  it('carries the number published clients look for and our code', () => {
    expect(toErrorBody(new CloisterError('core/rotation-required'), 't1')).toEqual({
      errorCode: 1400087,
      message: 'The keys of this room are stale: make a new one',
      trackingId: 't1',
      code: 'core/rotation-required',
    });
  });

  it('says its sentence alone when it has one', () => {
    const error = new CloisterError('core/other-organisation', { detail: 'Globex people cannot join yet' });
    expect(toErrorBody(error, 't').message).toBe('Globex people cannot join yet');
  });

  it('from the key server stays sealed, twice, as published clients read it (kms.md §1.7)', () => {
    expect(toSealedErrorBody(jwe, 't')).toEqual({
      errorCode: 1900000,
      message: jwe,
      errors: [{ description: jwe }],
      trackingId: 't',
      code: 'core/kms-refused',
    });
  });

  it('names a code of ours or none', () => {
    expect(isErrorCode('core/conflict')).toBe(true);
    for (const value of ['core/nothing', 'constructor', '__proto__', 7, null]) expect(isErrorCode(value)).toBe(false);
  });
});
