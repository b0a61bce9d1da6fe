import * as z from 'zod/mini';
import type { JsonObject } from '../json/json-value.ts';
import { jsonObject } from '../json/schemas.ts';

/** How long the `cloister` member of an activity may be, in bytes of its JSON (wires.md §3). */
export const maxCloisterBytes = 8192;

const utf8 = new TextEncoder();

/** What our clients put beside the published fields: opaque to the core, echoed, bounded. */
export const cloisterMember = z.optional(
  jsonObject().check(z.refine((value: JsonObject) => utf8.encode(JSON.stringify(value)).length <= maxCloisterBytes)),
);
