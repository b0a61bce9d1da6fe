import type { Metrics } from '@cloister/health';
import type { StreamEndReason } from '@cloister/wire';

/** What is counted of the streams between realms: how many and how much, never whose or what. */
export interface StreamMetrics {
  readonly relayed: (bytes: number) => void;
  readonly refused: (reason: StreamEndReason) => void;
}

/** `open` is asked for at each scrape. */
export const streamMetrics = (metrics: Metrics, open: () => number): StreamMetrics => {
  metrics.gauge('cloister_core_streams', 'Streams between realms that are relayed.', open);
  const bytes = metrics.counter('cloister_core_stream_bytes_total', 'Bytes of streams between realms.');
  const refused = metrics.counter('cloister_core_streams_refused_total', 'Streams between realms refused, by reason.');
  return { relayed: (count) => bytes.add(count), refused: (reason) => refused.add(1, { reason }) };
};
