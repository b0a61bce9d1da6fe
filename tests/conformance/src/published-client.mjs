// @webex/webex-core with the conversation plugin, unmodified, pointed at the deployment (kms.md §3.1).
import { createRequire } from 'node:module';
import { endpoints, fullToken, kmsRoot } from './deployment.mjs';

const require = createRequire(import.meta.url);
const WebexCore = require('@webex/webex-core').default;
require('@webex/internal-plugin-conversation');
require('@webex/plugin-logger');

/**
 * The published client rejects some promises that nobody can wait for (kms.md §1.3), which the test runner would take for
 * failures; what matters is asserted where it is awaited. Called inside a test, once the runner's own listener is there.
 */
function ignoreAbandonedRejections() {
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', () => {});
}

/** A signed-in, registered, connected client of `person`; `services` are the http or the https endpoints. */
export async function publishedClient(person, services = endpoints) {
  ignoreAbandonedRejections();
  const base = services.core;
  const client = new WebexCore({
    // `scope` as a token response carries it: without it the client takes the full token for the core's, which the core refuses.
    credentials: {
      supertoken: {
        access_token: fullToken(person.email),
        token_type: 'Bearer',
        expires_in: 36_000,
        scope: endpoints.client.scope,
      },
    },
    config: {
      logger: { level: process.env.CLOISTER_CONFORMANCE_LOG ?? 'silent' },
      services: {
        discovery: { u2c: services.catalogue, hydra: `${base}/v1`, sqdiscovery: `${base}/region` },
        allowedDomains: ['localhost'],
      },
      credentials: {
        idbroker: { url: services.oauth },
        identity: { url: services.identity },
        client_id: endpoints.client.id,
        client_secret: endpoints.client.secret,
        scope: endpoints.client.scope,
      },
      encryption: { caroots: [kmsRoot(person.organisationId)] },
      device: { ephemeral: false },
    },
  });
  await new Promise((resolve) => {
    if (client.ready) resolve();
    else client.once('ready', resolve);
  });
  await client.internal.device.register();
  await client.internal.mercury.connect();
  return new PublishedClient(client, person);
}

class PublishedClient {
  constructor(client, person) {
    this.client = client;
    this.person = person;
    this.activities = [];
    this.waiting = [];
    client.internal.mercury.on('event:conversation.activity', ({ data }) => {
      this.activities.push(data.activity);
      for (const wait of [...this.waiting]) wait();
    });
  }

  get conversation() {
    return this.client.internal.conversation;
  }

  get encryption() {
    return this.client.internal.encryption;
  }

  /** The first activity, seen or still to come, for which `test` holds. */
  received(test, what, timeoutMs = 30_000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting = this.waiting.filter((each) => each !== look);
        const seen = this.activities.map(({ verb, object }) => `${verb} ${object?.displayName ?? object?.objectType}`);
        reject(new Error(`${this.person.email} did not receive ${what}; seen: ${seen.join(' | ')}`));
      }, timeoutMs);
      const look = () => {
        const found = this.activities.find(test);
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiting = this.waiting.filter((each) => each !== look);
        resolve(found);
      };
      this.waiting.push(look);
      look();
    });
  }

  async close() {
    await this.client.internal.mercury.disconnect();
    await this.client.internal.device.unregister().catch(() => {});
  }
}
