import { sql } from '@cloister/database';
import type { Room } from '../domain/room.ts';

/** The columns of a {@link Room}, of a table called `r`. */
export const roomColumns = sql<Room>`
  r.id, r.organisation_id as "organisationId", r.kms_host as "kmsHost", r.resource_uri as "resourceUri", r.head, r.version,
  r.departure_version as "departureVersion", r.title, r.title_key as "titleKey", r.default_key as "defaultKey", r.tags,
  r.pair_low as "pairLow", r.pair_high as "pairHigh", r.created_by as "createdBy", r.created_at as "createdAt", r.updated_at as "updatedAt"`;
