import { CloisterError } from '@cloister/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allowedField } from './allowed-field.ts';
import type { EventFields } from './event-fields.ts';
import { openLog } from './open-log.ts';

const numRuns = Number(process.env.CLOISTER_RUNS ?? 100);
const uuid = '8a3f4c1e-9d52-4a77-b0b1-0f6f3f6f1a11';

function logged(strict: boolean, level: 'debug' | 'warn' = 'debug') {
  const lines: string[] = [];
  const log = openLog({ name: 'test', level, strict, destination: { write: (line) => lines.push(line) } });
  return { log, lines, events: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

/** What a type cannot stop: a value that came from outside. */
const untyped = (fields: Record<string, unknown>) => fields as EventFields;

describe('an event', () => {
  it('is one line of JSON with name, time and level', () => {
    const { log, lines, events } = logged(true);
    log.event('room.created', {
      roomId: uuid,
      memberCount: 3,
      durationMs: 1.23456,
      route: '/v1/rooms/:id',
      code: 'core/ok',
    });
    expect(lines[0]?.endsWith('}\n')).toBe(true);
    expect(events()[0]).toMatchObject({
      name: 'test',
      event: 'room.created',
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      roomId: uuid,
      memberCount: 3,
      durationMs: 1.235,
    });
    expect(events()[0]).not.toHaveProperty('hostname');
  });

  it('keeps out what does not have the shape of its field, and counts it (R422)', () => {
    const { log, lines, events } = logged(false);
    log.event(
      'room.created',
      untyped({
        roomId: 'alice@acme.example',
        userId: 'Alice',
        message: 'meet at noon',
        code: 'meet at noon',
        status: -1,
      }),
    );
    expect(lines.join()).not.toMatch(/alice|noon/i);
    expect(events()[0]).toMatchObject({ event: 'room.created', droppedCount: 5 });
  });

  it('throws in tests instead, naming the fields and not their values', () => {
    const { log, lines } = logged(true);
    expect(() => log.event('room.created', untyped({ title: 'meet at noon' }))).toThrow(/may not be logged: title/);
    expect(() => log.event('room.created', untyped({ title: 'meet at noon' }))).not.toThrow(/noon/);
    expect(lines).toEqual([]);
  });

  it('has a name that was written in the program', () => {
    const { log, events } = logged(false);
    const name: string = 'x'.repeat(3);
    // @ts-expect-error a computed name does not compile
    log.event(name);
    log.event('Alice said hello');
    expect(events().map(({ event }) => event)).toEqual(['log.bad-name', 'log.bad-name']);
  });

  it('is skipped below the level', () => {
    const { log, lines } = logged(true, 'warn');
    log.event('room.created');
    log.event('room.lost', {}, 'warn');
    expect(lines).toHaveLength(1);
  });

  it('takes of a tracking id its UUID only, since the rest is the client’s choice', () => {
    expect(allowedField('trackingId', `alice_${uuid}_3`)).toBe(uuid);
    expect(allowedField('trackingId', 'alice')).toBeUndefined();
  });

  it('never lets free text through, under any name', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (name, text) => {
        const kept = allowedField(name, `${text} ${text}`);
        expect(kept === undefined || kept === uuid).toBe(true);
      }),
      { numRuns },
    );
  });
});

describe('a failure', () => {
  it('tells code and place of one of ours', () => {
    const { log, events } = logged(true);
    log.failure('room.failed', new CloisterError('core/conflict', { detail: 'meet at noon' }), { roomId: uuid });
    expect(events()[0]).toMatchObject({
      level: 'error',
      code: 'core/conflict',
      roomId: uuid,
      at: expect.stringMatching(/^open-log\.test\.ts:\d+$/),
    });
    expect(JSON.stringify(events())).not.toContain('noon');
  });

  it('tells the system’s or the database’s code, and nothing of another error’s message', () => {
    const { log, events } = logged(true);
    log.failure('a.b', Object.assign(new Error('connect /home/alice'), { code: 'ECONNREFUSED' }));
    log.failure('a.b', Object.assign(new Error('Key (email)=(alice)'), { code: '23505' }));
    log.failure('a.b', Object.assign(new Error('alice'), { code: 'alice said' }));
    log.failure('a.b', 'alice');
    log.failure('a.b', undefined);
    expect(events().map(({ code }) => code)).toEqual(['ECONNREFUSED', '23505', 'unknown', 'unknown', 'unknown']);
    expect(JSON.stringify(events())).not.toContain('alice');
  });

  it('is not deceived by a message that imitates a stack', () => {
    const { log, events } = logged(true);
    log.failure('a.b', new Error('x\n    at steal (secret-word.ts:1:1)'));
    expect(events()[0]?.at).toMatch(/^open-log\.test\.ts:/);
    const altered = new Error('one');
    altered.message = 'two\n    at steal (secret-word.ts:1:1)';
    log.failure('a.b', altered);
    expect(JSON.stringify(events())).not.toContain('secret-word');
  });
});
