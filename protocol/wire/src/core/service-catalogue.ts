import * as z from 'zod/mini';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';

const serviceCatalogue = z.looseObject({
  serviceLinks: z.record(z.string(), z.string()),
  hostCatalog: z.optional(z.record(z.string(), z.unknown())),
  format: z.optional(z.string()),
  timestamp: z.optional(z.union([z.number(), z.string()])),
  orgId: z.optional(z.string()),
});

/** Every service a published client looks up (kms.md §3.3). */
export const serviceNames = [
  'wdm',
  'encryption',
  'conversation',
  'mercuryConnection',
  'feature',
  'metrics',
  'files',
  'hydra',
  'idbroker',
  'identity',
  'u2c',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** `GET {u2c}/catalog` */
export type ServiceCatalogue = z.infer<typeof serviceCatalogue>;

/** @throws CloisterError with a `wire/…` code */
export const parseServiceCatalogue = (input: Untrusted): ServiceCatalogue => parseWith(serviceCatalogue, input);
