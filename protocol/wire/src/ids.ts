import { CloisterError } from './errors/cloister-error.ts';

declare const brand: unique symbol;

/** A string that a parser of this package has checked and named. */
export type Branded<Name extends string> = string & { readonly [brand]: Name };

export type UserId = Branded<'UserId'>;
export type OrganisationId = Branded<'OrganisationId'>;
export type RoomId = Branded<'RoomId'>;
export type ActivityId = Branded<'ActivityId'>;
export type DeviceId = Branded<'DeviceId'>;
export type FileId = Branded<'FileId'>;
export type SessionId = Branded<'SessionId'>;
/** A machine account (wires.md §10). */
export type MachineId = Branded<'MachineId'>;
/** An eDiscovery case (wires.md §10). */
export type CaseId = Branded<'CaseId'>;
/** A piece of work for a function's machines (wires.md §10). */
export type WorkId = Branded<'WorkId'>;
/** A search that somebody asks for (wires.md §14). */
export type QueryId = Branded<'QueryId'>;
/** An id whose noun does not matter, such as that of a key, a batch or a frame. */
export type Uuid = Branded<'Uuid'>;

/** Any random id of Cloister. */
export type Id =
  | UserId
  | OrganisationId
  | RoomId
  | ActivityId
  | DeviceId
  | FileId
  | SessionId
  | MachineId
  | CaseId
  | WorkId
  | QueryId
  | Uuid;

/** A source of random bytes. */
export type RandomBytes = (length: number) => Uint8Array;

const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether a value is a lower-case UUIDv4, the one spelling every id has. */
export const isUuid = (value: unknown): value is string => typeof value === 'string' && uuid4.test(value);

/**
 * An id from untrusted input: `parseUuid<RoomId>(text)`.
 * @throws CloisterError `wire/invalid-id`
 */
export const parseUuid = <T extends Id = Uuid>(value: unknown): T => {
  if (!isUuid(value)) throw new CloisterError('wire/invalid-id');
  return value as T;
};

const systemRandom: RandomBytes = (length) => crypto.getRandomValues(new Uint8Array(length));

/** A new random id: 122 random bits in the layout of RFC 9562 §5.4. Tests pass their own source. */
export const newId = <T extends Id = Uuid>(random: RandomBytes = systemRandom): T => {
  const bytes = Uint8Array.from(random(16));
  if (bytes.length !== 16) throw new CloisterError('platform/internal', { detail: 'an id needs 16 random bytes' });
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-') as T;
};
