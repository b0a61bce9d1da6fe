import { databaseConfig } from '@cloister/database';
import { machineConfig } from '@cloister/machine';
import * as z from 'zod/mini';
import { largestBucket } from './counters/counter.ts';

const whole = (least: number, most: number) => z.optional(z.int().check(z.gte(least), z.lte(most)));

/** The configuration file, documented in README.md. The machine's private key is in a file of mode 0600. */
export const configSchema = z.strictObject({
  ...machineConfig,
  /** Its own: how often which term was indexed, sealed. */
  database: databaseConfig,
  /** Postings of a term before its token is another; 4 by default (ADR 16). */
  bucket: whole(1, largestBucket),
  /** How long messages are gathered before their postings are sent together; 1,000 ms by default. */
  flushMs: whole(0, 60_000),
  /** Random tokens more with each document (R393); none by default, because they help nobody (docs/search-leakage.md). */
  noise: whole(0, 64),
  /** Which part of the asker's other rooms is asked for nothing; 1 in 8 by default. */
  dummies: z.optional(z.number().check(z.gte(0), z.lte(1))),
  /** Files read at the same time; 1 by default. */
  parallel: whole(1, 64),
});

export type IndexerConfig = z.infer<typeof configSchema>;
