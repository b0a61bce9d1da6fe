import { setTimeout as wait } from 'node:timers/promises';
import { readCredential } from '@cloister/config';
import { Metrics, openHealth } from '@cloister/health';
import { openRealmLog } from '@cloister/logging';
import type { HsmConfig } from './config.ts';
import { AwsKeys } from './keystore/aws/aws-keys.ts';
import { openKeystore } from './keystore/open-keystore.ts';
import { readinessOf, TOKEN_DEADLINE_MS } from './server/readiness.ts';
import { serveHsm } from './server/serve.ts';

/** Opens the keystore and serves it; the result stops it. */
export const runHsm = async (config: HsmConfig): Promise<() => Promise<void>> => {
  const log = openRealmLog({ name: 'hsm' });
  const metrics = new Metrics();
  const requests = metrics.counter('cloister_hsm_requests_total', 'Requests by operation and outcome.');
  const { aws } = config;
  const amazon = aws === undefined ? null : await AwsKeys.open({ config: aws, now: () => performance.now(), wait });
  const pin = readCredential(config.credentials.pin);
  const keystore = await openKeystore(config, pin).finally(() => pin.fill(0));
  const { kind, protection } = keystore;
  metrics
    .gauge('cloister_hsm_keystore', 'Where the main keys are, and what protects them.')
    .set(1, { kind, protection });
  const server = await serveHsm({
    ...config.listen,
    keys: { keystore, amazon },
    secret: readCredential(config.credentials.shared),
    now: () => performance.now(),
    record: ({ op, code }) => {
      requests.add(1, { op, code: code ?? 'ok' });
      // Uses of keys are counted; what may change the keystore, and every refusal, is told one by one.
      if (code !== null || !['wrap', 'unwrap', 'rewrap', 'describe'].includes(op))
        log.event('hsm.request', { operation: op, code: code ?? 'ok' });
    },
  });
  const ready = () => readinessOf(keystore, () => wait(TOKEN_DEADLINE_MS, undefined, { ref: false }));
  const health = await openHealth({ socket: config.health.socket, ready, metrics });
  log.event('hsm.ready', { kind });
  return async () => {
    await server.stop();
    amazon?.close();
    await keystore.close();
    await health.close();
    log.event('hsm.stopped');
  };
};
