import { expect, it } from 'vitest';
import { type ErrorEntry, errorTable } from './error-table.ts';

const rows = Object.entries(errorTable) as [string, ErrorEntry][];

it.each(rows)('%s is a stable code with a status and a sentence', (code, { status, title }) => {
  expect(code).toMatch(
    /^(kms|core|identity|seal|wire|hsm|config|platform|client|channel|certs|transcoder|verify|search)\/[a-z0-9]+(-[a-z0-9]+)*$/,
  );
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(600);
  expect(title).toMatch(/^[A-Z][^\n]*[^.!\n]$/);
});

it('gives each published numeric code to one row', () => {
  const published = rows.flatMap(([, { errorCode }]) => (errorCode === undefined ? [] : [errorCode]));
  expect(new Set(published).size).toBe(published.length);
  expect(published.toSorted()).toEqual([1400049, 1400087, 1403001, 1409001, 1409004, 1900000, 405005].toSorted());
});

it('has one code for every seal that does not open, so that an error tells nothing', () => {
  expect(rows.filter(([code]) => /open-failed|unwrap-failed/.test(code))).toHaveLength(2);
});
