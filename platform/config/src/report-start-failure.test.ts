import { CloisterError } from '@cloister/wire';
import { expect, it } from 'vitest';
import { reportStartFailure } from './report-start-failure.ts';

function reported(error: unknown): string {
  let text = '';
  expect(
    reportStartFailure(error, (part) => {
      text += part;
    }),
  ).toBe(1);
  return text;
}

it('prints our own errors with the next step', () => {
  const error = new CloisterError('config/insecure', { detail: 'run: chmod 600 /x' });
  expect(reported(error)).toBe('error: config/insecure\nhint: run: chmod 600 /x\n');
  expect(reported(new CloisterError('config/insecure'))).toBe('error: config/insecure\n');
});

it('prints of any other error its code only', () => {
  expect(reported(Object.assign(new Error('password s3cret'), { code: 'ECONNREFUSED' }))).toBe(
    'error: start failed (ECONNREFUSED)\n',
  );
  expect(reported(new TypeError('password s3cret'))).toBe('error: start failed (TypeError)\n');
  expect(reported('s3cret')).toBe('error: start failed (unknown)\n');
});
