import { CloisterError, isUuid, type RoomId } from '@cloister/wire';
import type { ActivityRange } from '../store/activities.ts';
import type { RoomCursor } from '../store/find-rooms.ts';

/** The query of a request, as fastify reads it. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

const most = 200;

/** The last value of a member; published clients never repeat one. */
export const textOf = (query: Query, name: string): string | undefined => {
  const value = query[name];
  return Array.isArray(value) ? value.at(-1) : value;
};

export const isTrue = (query: Query, name: string): boolean => textOf(query, name) === 'true';
export const isFalse = (query: Query, name: string): boolean => textOf(query, name) === 'false';

/** A whole number that is not negative. @throws CloisterError `core/invalid-request` */
export const numberOf = (query: Query, name: string): number | undefined => {
  const value = textOf(query, name);
  if (value === undefined || value === '') return undefined;
  if (!/^\d{1,15}$/.test(value)) throw invalid(name);
  return Number(value);
};

/** Milliseconds since 1970 or RFC 3339, as published clients send either. @throws CloisterError `core/invalid-request` */
const dateOf = (query: Query, name: string): Date | undefined => {
  const value = textOf(query, name);
  if (value === undefined || value === '') return undefined;
  const date = new Date(/^\d{1,15}$/.test(value) ? Number(value) : value);
  // What no room can have is refused before the database does.
  if (!(date.getTime() >= 0 && date.getTime() <= latest)) throw invalid(name);
  return date;
};

const latest = Date.UTC(9999, 11, 31);

/** How many entries to answer: `limit` is ours, `activitiesLimit` and `conversationsLimit` are published. */
export const limitOf = (query: Query, published: string, otherwise: number): number =>
  Math.min(numberOf(query, 'limit') ?? numberOf(query, published) ?? otherwise, most);

/** Which entries of a log (docs/wires.md §3 and the published `sinceDate`, `maxDate`). */
export const activityRange = (query: Query): ActivityRange => {
  const parts = { after: numberOf(query, 'after'), before: numberOf(query, 'before') };
  const dates = { since: dateOf(query, 'sinceDate'), until: dateOf(query, 'maxDate') };
  const given = Object.entries({ ...parts, ...dates }).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(given), limit: Math.max(1, limitOf(query, 'activitiesLimit', 50)) };
};

/** Where the page after a room begins, as text that clients hand back. */
export const formatCursor = ({ updatedAt, id }: RoomCursor): string => `${updatedAt.getTime()}.${id}`;

/** @throws CloisterError `core/invalid-request` */
export const parseCursor = (query: Query): RoomCursor | undefined => {
  const value = textOf(query, 'after');
  if (value === undefined) return undefined;
  const [, time, id] = /^(\d{1,15})\.(.*)$/.exec(value) ?? [];
  if (time === undefined || !isUuid(id)) throw invalid('after');
  return { updatedAt: new Date(Number(time)), id: id as RoomId };
};

const invalid = (name: string) =>
  new CloisterError('core/invalid-request', { detail: `The query member ${name} is not valid.` });
