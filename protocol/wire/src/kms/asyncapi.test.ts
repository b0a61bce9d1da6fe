import { describe, expect, it } from 'vitest';
import { Description, differences, type Schema, schemaOf, variations } from '../testing/description.ts';
import { isRead } from '../testing/is-read.ts';
import { kmsHost } from '../testing/samples.ts';
import { kmsRequestFrame } from './frame.ts';
import type { KmsOperation } from './kms-request.ts';
import { handshakeResponse, kmsResponse } from './kms-response.ts';
import { masterKeyDiagnosis, masterKeyOverview, requestedKeyState } from './master-key.ts';
import { parseKmsRequest } from './parse-kms-request.ts';
import { parseHandshakeResponse, parseKmsResponse, writeKmsResponse } from './parse-kms-response.ts';
import { requestBody } from './request-body.ts';

type Message = { readonly payload: Schema; readonly examples: readonly { readonly payload: Members }[] };
type Members = Readonly<Record<string, unknown>>;
type Reference = { readonly $ref: string };
type AsyncApi = {
  readonly asyncapi: string;
  readonly operations: Readonly<Record<'ask' | 'answer', { readonly messages: readonly Reference[] }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
};

const description = new Description<AsyncApi>('kms.asyncapi.yaml');
const { asyncapi, operations, components } = description.document;
const nameOf = ({ $ref = '' }: Schema): string => $ref.split('/').at(-1) ?? '';
const messageOf = (name: string): Message => components.messages[name] as Message;
const asked = operations.ask.messages.map(nameOf);

/** Which members each operation reads beside the frame; the compiler asks for every operation there is. */
const bodies: Record<Exclude<KmsOperation['operation'], 'unsupported'>, keyof typeof requestBody | null> = {
  createEphemeralKey: 'createEphemeralKey',
  deleteEphemeralKey: null,
  createKeys: 'createKeys',
  retrieveKey: 'retrieveKey',
  createResource: 'createResource',
  retrieveResource: null,
  listResourceKeys: 'listResourceKeys',
  retrieveSearchKeys: null,
  bindKey: 'bindKey',
  createAuthorizations: 'createAuthorizations',
  listAuthorizations: null,
  deleteAuthorization: null,
  deleteAuthorizations: 'deleteAuthorizations',
  appointModerators: 'appointModerators',
  dismissModerator: null,
  listModerators: null,
  createKek: 'administer',
  listKeks: 'administer',
  updateKek: 'updateKek',
  listDefaultMasterKey: 'administer',
  retrievePublicKey: 'ofItsOwn',
  createMasterKey: 'createMasterKey',
  listMasterKeys: 'ofItsOwn',
  diagnoseMasterKey: 'ofItsOwn',
  updateMasterKey: 'updateMasterKey',
  useDefaultMasterKey: 'updateMasterKey',
  deleteMasterKeys: 'ofItsOwn',
  retrieveOutside: null,
  setOutsidePolicy: 'setOutsidePolicy',
  pauseOrganisation: 'pauseOrganisation',
  ping: null,
};

/** The parts of a request's description: the frame, and what is beside it. */
const partsOf = ({ payload }: Message): readonly Schema[] => (payload.allOf as Schema[] | undefined) ?? [payload];

const asRequest = (input: unknown) => parseKmsRequest(input, kmsHost);

describe('the description of the key server’s protocol (R352)', () => {
  it('is AsyncAPI 3 that names every operation, and nothing else', () => {
    expect(asyncapi).toMatch(/^3\.0\./);
    expect([...asked].sort()).toEqual(Object.keys(bodies).sort());
    const all = [...asked, ...operations.answer.messages.map(nameOf)];
    expect(all.sort()).toEqual(Object.keys(components.messages).sort());
  });

  it('has for what every request carries the members and bounds of the code', () => {
    expect(differences(description.whole(description.schema('Frame')), schemaOf(kmsRequestFrame))).toEqual([]);
  });

  it.each(Object.entries(bodies))('has for %s the members and bounds of the code', (name, body) => {
    const [frame, beside, ...more] = partsOf(messageOf(name));
    expect([nameOf(frame as Schema), more]).toEqual(['Frame', []]);
    if (body === null) expect(beside).toBeUndefined();
    else expect(differences(description.whole(beside as Schema), schemaOf(requestBody[body]))).toEqual([]);
  });

  it.each(Object.keys(bodies))('judges the example of %s, whole or changed, as the code does', (name) => {
    const message = messageOf(name);
    const accepting = partsOf(message).map((part) => description.accepts(part));
    const accepts = (value: unknown) => accepting.every((accept) => accept(value));
    const example = message.examples[0]?.payload;
    expect([accepts(example), parseKmsRequest(example, kmsHost).operation]).toEqual([true, name]);
    for (const { at, value } of variations(example)) {
      // Another address or method is another request, what the draft says twice is read together, words in either case.
      if (/^(uri|method|boundAfter|boundBefore|userIds|authIds|keyState)[ .]/.test(at)) continue;
      // An organisation's main keys are asked for by its id, else they are the realm's: another operation.
      if (at.startsWith('assignedOrgId') && ['listMasterKeys'].includes(name)) continue;
      const reads = isRead(asRequest)(value);
      expect([at, accepts(value)]).toEqual([at, reads]);
    }
  });

  it('names the states that a main key may be asked to take, in letters of either case', () => {
    const { description: words } = description.schema('UpdateMasterKey').properties?.keyState ?? {};
    expect(String(words).match(/[A-Z]{5,}/g)).toEqual([...requestedKeyState.options]);
    const example = messageOf('updateMasterKey').examples[0]?.payload ?? {};
    for (const word of requestedKeyState.options)
      for (const keyState of [word, word.toLowerCase()]) expect(isRead(asRequest)({ ...example, keyState })).toBe(true);
    expect(isRead(asRequest)({ ...example, keyState: 'PENDING' })).toBe(false);
  });

  it('has for replies the members and bounds of the code; KEKs stand under `keys` too, as the draft has it', () => {
    const described = description.whole(description.schema('Reply'));
    const { wrappingKeys, keys, ...read } = schemaOf(kmsResponse).properties as Record<string, Schema>;
    const together = { type: 'array', items: { anyOf: [keys?.items, wrappingKeys?.items] } } as Schema;
    const code = { ...schemaOf(kmsResponse), properties: { ...read, keys: together } };
    expect(differences(described, code)).toEqual([]);
    const handshake = description.whole(description.schema('HandshakeReply'));
    expect(differences(handshake, schemaOf(handshakeResponse))).toEqual([]);
  });

  it.each([
    ['reply', (input: unknown) => JSON.parse(writeKmsResponse(parseKmsResponse(input)))],
    ['handshakeReply', parseHandshakeResponse],
    ['reset', parseHandshakeResponse],
  ] as const)('judges examples of a %s, whole or changed, as the code does', (name, parse) => {
    const { payload, examples } = messageOf(name);
    const accepts = description.accepts(payload);
    for (const { payload: example } of examples) {
      expect([accepts(example), parse(example)]).toEqual([true, example]);
      for (const { at, value } of variations(example)) {
        // A list is of KEKs as a whole or not at all.
        if (!at.startsWith('keys.')) expect([at, accepts(value)]).toEqual([at, isRead(parse)(value)]);
      }
    }
  });

  it('has what is added about main keys as clients read it', () => {
    expect(
      differences(description.whole(description.schema('MasterKeyOverview')), schemaOf(masterKeyOverview)),
    ).toEqual([]);
    expect(
      differences(description.whole(description.schema('MasterKeyDiagnosis')), schemaOf(masterKeyDiagnosis)),
    ).toEqual([]);
  });
});
