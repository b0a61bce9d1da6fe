import * as z from 'zod/mini';
import type { UserId } from '../ids.ts';
import { parseWith } from '../json/parse-with.ts';
import type { Untrusted } from '../json/read-json.ts';
import { integer, jsonObject, uuid } from '../json/schemas.ts';

const name = z.optional(z.string().check(z.maxLength(256)));

const deviceRequest = z.object({
  name,
  deviceType: z.string().check(z.minLength(1), z.maxLength(64)),
  model: name,
  localizedModel: name,
  systemName: name,
  systemVersion: name,
  /** Seconds. */
  ttl: z.optional(integer(1, 90 * 24 * 3600)),
});

const device = z.looseObject({
  url: z.string(),
  webSocketUrl: z.string(),
  userId: uuid<UserId>(),
  deviceType: z.optional(z.string()),
  services: z.optional(z.record(z.string(), z.unknown())),
  features: z.optional(jsonObject()),
  modificationTime: z.optional(z.string()),
});

/** `POST {wdm}/devices` (kms.md §3.4) */
export type DeviceRequest = z.infer<typeof deviceRequest>;
/** The answer, and what a client remembers of itself. */
export type Device = z.infer<typeof device>;

/** @throws CloisterError with a `wire/…` code */
export const parseDeviceRequest = (input: Untrusted): DeviceRequest => parseWith(deviceRequest, input);

/** @throws CloisterError with a `wire/…` code */
export const parseDevice = (input: Untrusted): Device => parseWith(device, input);
