import { CloisterError, type Purpose, purpose } from '@cloister/wire';
import * as z from 'zod/mini';
import type { Role } from '../domain/roles.ts';

const text = z.string().check(z.minLength(1), z.maxLength(256));

const person = z.strictObject({
  name: text,
  email: text,
  password: text,
  roles: z.optional(z.array(z.literal('full-admin'))),
});

// The key's own parser says what is wrong with it.
const machine = z.strictObject({ purpose, publicKey: z.unknown() });

const organisation = z.strictObject({
  name: text,
  domain: text,
  people: z.array(person),
  machines: z.optional(z.array(machine)),
  /** Switched on in the name of the first full administrator, unless somebody has switched them before. */
  functions: z.optional(z.array(purpose)),
});

const schema = z.strictObject({ organisations: z.array(organisation) });

/** Organisations, people, machine accounts and functions that shall exist; the content of the file named by `--people`. */
export type ProvisionInput = z.infer<typeof schema>;

/** What stands after provisioning; the content of the file named by `--output`. */
export interface Provisioned {
  readonly organisations: readonly { readonly id: string; readonly name: string; readonly domain: string }[];
  readonly people: readonly {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly organisationId: string;
    readonly roles: readonly Role[];
  }[];
  readonly machines: readonly { readonly id: string; readonly organisationId: string; readonly purpose: Purpose }[];
  /** Public key of the status feed, which every realm pins. */
  readonly feedKey: Readonly<Record<string, unknown>>;
}

/** The typed input. The error never quotes what the file held, which are passwords. */
export const parseProvisionInput = (input: unknown): ProvisionInput => {
  const result = z.safeParse(schema, input);
  if (result.success) return result.data;
  const where = result.error.issues[0]?.path.join('.') ?? '';
  throw new CloisterError('config/invalid', { detail: `the people file is not valid at "${where}"` });
};
