import type { Metrics } from '@cloister/health';
import type { Log } from '@cloister/logging';
import type { TlsCredentials } from './tls-credentials.ts';

const LOOK_MS = 60_000;
const SOON_MS = 14 * 24 * 3600 * 1000;

export type ExpiryWatch = {
  readonly credentials: Pick<TlsCredentials, 'refresh' | 'expiresAt'>;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
  /** Runs the look again and again, and answers how to stop it. */
  readonly repeat?: (look: () => void) => () => void;
};

/** Looks at the certificate every minute: new roots hold for open connections too, and whoever runs the realm hears in time. */
export const watchExpiry = ({ credentials, metrics, log, now, repeat = everyMinute }: ExpiryWatch): (() => void) => {
  const left = metrics.gauge(
    'cloister_kms_federation_certificate_seconds',
    'Seconds until the certificate runs out by which this realm meets others.',
  );
  let told = '';
  const tell = (): void => {
    const leftMs = credentials.expiresAt - now().getTime();
    left.set(Math.floor(leftMs / 1000));
    const state = leftMs < 0 ? 'expired' : leftMs < SOON_MS ? 'expires-soon' : 'valid';
    if (state === told) return;
    told = state;
    log.event('federation.certificate', { state }, state === 'valid' ? 'info' : 'warn');
  };
  const look = (): void => void credentials.refresh().then(tell);
  look();
  return repeat(look);
};

const everyMinute = (look: () => void): (() => void) => {
  const timer = setInterval(look, LOOK_MS);
  return () => clearInterval(timer);
};
