import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import type { Limits } from './config.ts';
import type { DoorMetrics } from './door-metrics.ts';
import type { RouteTable } from './route-table.ts';
import type { Upstreams } from './upstreams.ts';

/** What carrying a request needs. */
export type Context = {
  readonly routes: RouteTable;
  readonly upstreams: Upstreams;
  readonly limits: Limits;
  readonly log: Log;
  readonly metrics: DoorMetrics;
};

/** What opening the door needs from outside. */
export type Surroundings = { readonly log: Log; readonly metrics?: Metrics };
