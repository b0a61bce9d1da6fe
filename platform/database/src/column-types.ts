import { CloisterError } from '@cloister/wire';
import pg, { type CustomTypesConfig } from 'pg';

const INT8 = 20;

/** Positions, sizes and counts are `bigint` columns and numbers in our code; one past 2^53 is an error, never rounded. */
export const columnTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? safeInteger : pg.types.getTypeParser(oid, format as 'text'),
};

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new CloisterError('platform/internal', { detail: 'a bigint column exceeds 2^53' });
  return value;
}
