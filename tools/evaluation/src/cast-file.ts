import { readFileSync } from 'node:fs';
import { cast } from './cast.ts';
import { keptSecret, randomPassword } from './credentials.ts';
import type { Layout } from './layout.ts';

/** What identity's provisioning reads: the cast with the passwords made at first start. */
export interface CastFile {
  readonly organisations: readonly {
    readonly name: string;
    readonly domain: string;
    readonly people: readonly {
      readonly name: string;
      readonly email: string;
      readonly password: string;
      readonly roles: readonly string[];
    }[];
  }[];
}

/** What provisioning answers: the ids. */
export interface Provisioned {
  readonly organisations: readonly { readonly id: string; readonly name: string; readonly domain: string }[];
  readonly people: readonly {
    readonly id: string;
    readonly email: string;
    readonly name: string;
    readonly organisationId: string;
    readonly roles: readonly string[];
  }[];
  readonly machines: readonly { readonly id: string; readonly organisationId: string; readonly purpose: string }[];
  readonly feedKey: Record<string, string>;
}

export function castFilePath(layout: Layout): string {
  return `${layout.server('identity')}/people.json`;
}

export function provisionedPath(layout: Layout): string {
  return `${layout.server('identity')}/provisioned.json`;
}

export function keptCastFile(layout: Layout): CastFile {
  return JSON.parse(keptSecret(castFilePath(layout), () => `${JSON.stringify(makeCastFile(), null, 2)}\n`));
}

export function readProvisioned(layout: Layout): Provisioned {
  return JSON.parse(readFileSync(provisionedPath(layout), 'utf8'));
}

function makeCastFile(): CastFile {
  return {
    organisations: cast.map(({ name, domain, people }) => ({
      name,
      domain,
      people: people.map((person) => ({
        name: person.name,
        email: `${person.local}@${domain}`,
        password: randomPassword(),
        roles: person.admin === true ? ['full-admin'] : [],
      })),
    })),
  };
}
