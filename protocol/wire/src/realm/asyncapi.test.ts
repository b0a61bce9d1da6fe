import { describe, expect, it } from 'vitest';
import { Description, differences, type Schema, schemaOf, variations } from '../testing/description.ts';
import { isRead } from '../testing/is-read.ts';
import { coreFrame, maxRealmFrameBytes, parseCoreFrame, parseRealmFrame, realmFrame } from './realm-frames.ts';
import { formatStreamBytes, parseStreamBytes } from './stream-bytes.ts';

type Message = {
  readonly name: string;
  readonly payload: Schema;
  readonly examples: readonly { readonly payload: unknown }[];
};
type Reference = { readonly $ref: string };
type AsyncApi = {
  readonly asyncapi: string;
  readonly info: { readonly description: string };
  readonly channels: { readonly link: { readonly messages: Readonly<Record<string, Reference>> } };
  readonly operations: Readonly<Record<'sayToCore' | 'hearFromCore', { readonly messages: readonly Reference[] }>>;
  readonly components: { readonly messages: Readonly<Record<string, Message>> };
};

const description = new Description<AsyncApi>('realm-link.asyncapi.yaml');
const { channels, components, operations, asyncapi, info } = description.document;
const nameOf = ({ $ref }: Reference): string => $ref.split('/').at(-1) ?? '';
const sides = [
  { side: 'sayToCore', code: realmFrame, parse: parseRealmFrame },
  { side: 'hearFromCore', code: coreFrame, parse: parseCoreFrame },
] as const;
const frames = sides.flatMap(({ side, code, parse }) => {
  const choices = (schemaOf(code).oneOf ?? []) as Schema[];
  return operations[side].messages.map(nameOf).flatMap((key) => {
    const message = components.messages[key] as Message;
    if (key === 'streamBytes') return [];
    const read = choices.find(({ properties }) => properties?.type?.const === message.name);
    return [{ side, key, message, read, parse }];
  });
});

describe('the description of the realm link (R352)', () => {
  it('is AsyncAPI 3 in which everything is used and nothing missing', () => {
    expect(asyncapi).toMatch(/^3\.0\./);
    const used = [...operations.sayToCore.messages, ...operations.hearFromCore.messages].map(nameOf);
    expect(new Set(used)).toEqual(new Set(Object.keys(channels.link.messages)));
    expect(Object.values(channels.link.messages).map(nameOf).sort()).toEqual(Object.keys(components.messages).sort());
  });

  it.each(sides)('names every frame of $side, and nothing else', ({ side, code }) => {
    const read = ((schemaOf(code).oneOf ?? []) as Schema[]).map(({ properties }) => properties?.type?.const);
    const described = frames.filter((frame) => frame.side === side).map(({ message }) => message.name);
    expect(described.sort()).toEqual(read.sort());
  });

  it.each(frames)('has for $key in $side the members, bounds and words of the code', ({ message, read }) => {
    expect(differences(description.whole(message.payload), read as Schema)).toEqual([]);
  });

  it.each(frames)('judges examples of $key in $side, whole or changed, as the code does', ({ message, parse }) => {
    const accepts = description.accepts(message.payload);
    const reads = isRead(parse);
    expect(message.examples.length).toBeGreaterThan(0);
    for (const { payload } of message.examples) {
      expect([accepts(payload), parse(payload)]).toEqual([true, payload]);
      for (const { at, value } of variations(payload)) {
        // Another `type` is another message.
        if (!at.startsWith('type ')) expect([at, accepts(value)]).toEqual([at, reads(value)]);
      }
    }
  });

  it('says how large a frame may be', () => {
    expect(info.description).toContain(maxRealmFrameBytes.toLocaleString('en'));
  });

  it('gives the bytes of a stream as they are read', () => {
    const { payload, examples } = components.messages.streamBytes as Message;
    const frame = Buffer.from(String(examples[0]?.payload), 'hex');
    expect(Buffer.from(formatStreamBytes(parseStreamBytes(frame)))).toEqual(frame);
    const reads = isRead((length) => parseStreamBytes(sized(frame, Number(length))));
    const { minLength, maxLength } = payload as { minLength: number; maxLength: number };
    expect([minLength - 1, minLength, maxLength, maxLength + 1].map(reads)).toEqual([false, true, true, false]);
  });
});

/** The frame, made as long as that. */
const sized = (frame: Uint8Array, length: number): Uint8Array => {
  const bytes = new Uint8Array(length);
  bytes.set(frame.subarray(0, Math.min(length, frame.length)));
  return bytes;
};
