import type { OrganisationId, RoomId } from '@cloister/wire';

/** An index: one organisation's of one room, in one generation (wires.md §14). */
export interface IndexName {
  readonly organisationId: OrganisationId;
  readonly roomId: RoomId;
  readonly generation: number;
}

/** As bytes: 16 of organisation, 16 of room, u32be of generation. */
export const encodeIndexName = ({ organisationId, roomId, generation }: IndexName): Buffer => {
  const bytes = Buffer.alloc(36);
  bytes.write(organisationId.replaceAll('-', ''), 0, 'hex');
  bytes.write(roomId.replaceAll('-', ''), 16, 'hex');
  bytes.writeUInt32BE(generation, 32);
  return bytes;
};
