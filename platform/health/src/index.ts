/**
 * Serves /healthz, /readyz and /metrics on a unix socket of its own.
 * Never learns what the server works on: counts, durations and states, no ids.
 * @see docs/wires.md §1
 */
export { type Counter, type Gauge, type Histogram, type Labels, Metrics } from './metrics.ts';
export { type Health, type HealthOptions, openHealth, type Readiness } from './open-health.ts';
