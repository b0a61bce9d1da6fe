import { expect, it } from 'vitest';
import { CloisterError } from './cloister-error.ts';
import { toProblem } from './problem.ts';

it('writes a problem document (RFC 9457 §3)', () => {
  expect(toProblem(new CloisterError('core/key-stale', { detail: 'use the default key' }), '/rooms/1')).toEqual({
    type: 'urn:cloister:error:core/key-stale',
    title: 'This key is stale: the room already has a fresh one',
    status: 409,
    code: 'core/key-stale',
    detail: 'use the default key',
    errorCode: 1409004,
    instance: '/rooms/1',
  });
});

it('says nothing of an error nobody foresaw', () => {
  const problem = toProblem(new TypeError('password hunter2'));
  expect(problem).toEqual({
    type: 'urn:cloister:error:platform/internal',
    title: 'The server failed',
    status: 500,
    code: 'platform/internal',
  });
});

it('keeps the cause for the log and out of the document', () => {
  const error = new CloisterError('kms/internal', { cause: new TypeError('secret') });
  expect(error.cause).toBeInstanceOf(TypeError);
  expect(JSON.stringify(toProblem(error))).not.toContain('secret');
});

it('reads as its sentence', () => {
  expect(`${new CloisterError('wire/invalid-id', { detail: 'member room' })}`).toBe(
    'CloisterError: An id is not a lower-case random UUID: member room',
  );
});
