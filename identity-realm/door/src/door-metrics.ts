import type { Counter, Gauge, Metrics } from '@cloister/health';

export type DoorMetrics = { readonly requests: Counter; readonly failures: Counter; readonly websockets: Gauge };

/** The door's figures, by configured path and status, never by the request's own path or host. */
export function doorMetrics(metrics: Metrics): DoorMetrics {
  return {
    requests: metrics.counter('cloister_door_requests_total', 'Requests answered, by route and status.'),
    failures: metrics.counter(
      'cloister_door_upstream_failures_total',
      'Requests whose upstream failed, by route and code.',
    ),
    websockets: metrics.gauge('cloister_door_websockets', 'Open websockets.'),
  };
}
