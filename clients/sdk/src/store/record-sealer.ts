import { base64url } from '@cloister/wire';
import type { Json } from './store.ts';

/** What stands in IndexedDB for one record. */
export interface SealedRecord {
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly sealed: ArrayBuffer;
}

export interface PlainRecord {
  readonly slot: number;
  readonly key: string;
  readonly value: Json;
}

/**
 * AES-256-GCM over a record with its own key and slot inside and its place (`collection`) as additional data, so that a
 * record moved elsewhere does not open.
 */
export interface RecordSealer {
  /** The name of a record: a hash, so that a copy of the profile folder shows no ids. */
  nameOf(place: string, slot: number, key: string): Promise<string>;
  seal(place: string, record: PlainRecord): Promise<SealedRecord>;
  /** `undefined` when it does not open: everything in a store can be made again. */
  open(place: string, record: SealedRecord): Promise<PlainRecord | undefined>;
}

const encoder = new TextEncoder();

export const recordSealer = (key: CryptoKey): RecordSealer => {
  const rules = (iv: Uint8Array<ArrayBuffer>, place: string) => ({
    name: 'AES-GCM',
    iv,
    additionalData: encoder.encode(place),
  });
  return {
    nameOf: async (place, slot, name) => {
      const digest = await crypto.subtle.digest('SHA-256', encoder.encode(`${place}/${slot}/${name}`));
      return base64url.encode(new Uint8Array(digest));
    },
    seal: async (place, record) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const plaintext = encoder.encode(JSON.stringify(record));
      return { iv, sealed: await crypto.subtle.encrypt(rules(iv, place), key, plaintext) };
    },
    open: async (place, { iv, sealed }) => {
      const plaintext = await crypto.subtle.decrypt(rules(iv, place), key, sealed).catch(() => undefined);
      return plaintext === undefined ? undefined : (JSON.parse(new TextDecoder().decode(plaintext)) as PlainRecord);
    },
  };
};
