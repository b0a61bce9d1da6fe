import type { EvaluationOptions } from './options.ts';

/** Every address under which the deployment is reached: plain http on loopback, https on the next port. */
export interface Origins {
  readonly http: Site;
  readonly https: Site;
}

export interface Site {
  /** What command lines, SDKs and published clients use. */
  readonly api: string;
  readonly core: string;
  readonly files: string;
  readonly identity: string;
  app(label: string): string;
}

export function originsOf({ port, name }: Pick<EvaluationOptions, 'port' | 'name'>): Origins {
  // The http listener is loopback's alone, so its names are always localhost's.
  return { http: site('http', 'localhost', port), https: site('https', name, port + 1) };
}

function site(scheme: string, name: string, port: number): Site {
  const at = (host: string) => `${scheme}://${host}:${port}`;
  return {
    api: at(name),
    core: at(`core.${name}`),
    files: at(`files.${name}`),
    identity: at(`id.${name}`),
    app: (label) => at(`${label}.${name}`),
  };
}

/** Origins that reach `core` (and published clients' everything). */
export function coreOrigins({ http, https }: Origins): string[] {
  return [http, https].flatMap((each) => [each.api, each.core, each.files]);
}

export function identityOrigins({ http, https }: Origins): string[] {
  return [http, https].flatMap((each) => [each.api, each.identity, each.core]);
}

export function appOrigins({ http, https }: Origins, labels: readonly string[]): string[] {
  return [http, https].flatMap((each) => labels.map((label) => each.app(label)));
}
