import { CloisterError } from '@cloister/wire';
import { pino } from 'pino';
import { allowedField } from './allowed-field.ts';
import { errorFields } from './error-fields.ts';
import type { EventFields } from './event-fields.ts';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Only a literal passes: an event's name is written in the program and never made from a value. */
type Literal<Name extends string> = string extends Name ? never : Name;

export type Log = {
  /** One thing that happened, such as `log.event('room.created', { roomId })`. */
  event<const Name extends string>(name: Literal<Name>, fields?: EventFields, level?: Level): void;
  /** One thing that failed: the error's code and place are written, its message is not. */
  failure<const Name extends string>(name: Literal<Name>, error: unknown, fields?: EventFields): void;
};

export type LogOptions = {
  /** The server's name, such as `core`. */
  name: string;
  level?: Level | 'silent';
  /** Throws on a field that is not allowed, instead of leaving it out; so in every test. */
  strict?: boolean;
  destination?: { write(line: string): void };
  /** The `…Id` fields that may be written; all of that form unless told. */
  ids?: readonly string[] | undefined;
};

const EVENT = /^[a-z][a-z0-9-]*(?:\.[a-z][a-z0-9-]*)+$/;

/** Opens the log of one server; each event is one line of JSON on standard output. */
export function openLog({
  name,
  level = 'info',
  strict = process.env.VITEST !== undefined,
  destination,
  ids,
}: LogOptions): Log {
  const options = {
    level,
    base: { name, pid: process.pid },
    messageKey: 'event',
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  const logger = destination === undefined ? pino(options) : pino(options, destination);
  const write = (event: string, fields: EventFields, at: Level) => {
    if (!logger.isLevelEnabled(at)) return;
    logger[at](allowed(event, fields, { strict, ids }), EVENT.test(event) ? event : 'log.bad-name');
  };
  return {
    event: (event, fields = {}, at = 'info') => write(event, fields, at),
    failure: (event, error, fields = {}) => write(event, { ...fields, ...errorFields(error) }, 'error'),
  };
}

function allowed(
  event: string,
  fields: EventFields,
  { strict, ids }: { strict: boolean; ids: readonly string[] | undefined },
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  let dropped = 0;
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const kept = name.endsWith('Id') && ids?.includes(name) === false ? undefined : allowedField(name, value);
    if (kept === undefined) dropped++;
    else out[name] = kept;
  }
  if (dropped > 0) out.droppedCount = dropped;
  if (strict && (dropped > 0 || !EVENT.test(event))) {
    const names = Object.keys(fields).filter((name) => !(name in out) && fields[name as 'code'] !== undefined);
    throw new CloisterError('platform/internal', {
      detail: `event "${event}" carries what may not be logged: ${names.join(', ')}`,
    });
  }
  return out;
}
