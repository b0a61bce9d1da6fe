import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { type Constellation, constellation } from '@cloister/testkit';
import { Canaries } from './canaries.ts';
import { inDatabase } from './databases.ts';
import type { Conversation } from './http-stream.ts';
import { openedKeys } from './opened-keys.ts';
import { capturePort } from './packet-capture.ts';
import { type SocketTap, tapSocket } from './socket-tap.ts';
import { type Spoken, speak } from './spoken.ts';

/** A constellation after a day of work, with everything the core heard and said. */
export interface Observed extends Spoken {
  readonly all: Constellation;
  readonly canaries: Canaries;
  /** What reached the core's socket: from clients and, inside TLS until the door, from the realms. */
  readonly core: readonly Conversation[];
  /** What reached identity's: among it, the core's own questions. */
  readonly identity: readonly Conversation[];
  /** Packets of the door's http port. */
  readonly packets: readonly Conversation[];
  stop(): Promise<void>;
}

export const labels = ['acme', 'globex', 'operator'] as const;

/**
 * People sign in, look each other up and are invited over https, whose port is not captured: names and passwords go there
 * rightly. Everything for the core goes over plain http, whose port is. That keeps the claim simple: nothing captured may
 * hold a name.
 */
export const observe = async (): Promise<Observed> => {
  const all = await constellation();
  const { layout } = all.deployment;
  const taps: SocketTap[] = [];
  const undo: (() => Promise<void> | void)[] = [() => all.stop()];
  const stop = async () => {
    for (const step of undo.reverse()) await step();
  };
  try {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(all.endpoints.tls.root, 'utf8')]);
    for (const server of ['core', 'identity']) {
      const tap = await tapSocket(layout.socket(server));
      taps.push(tap);
      undo.push(() => tap.close());
    }
    // A new door makes every connection anew, the realms' links among them, and each through a tap.
    await all.deployment.kill('door', 'SIGTERM');
    await all.deployment.start('door');
    const port = Number(new URL(all.endpoints.core).port);
    const capture = await capturePort(port, join(all.data, 'loopback.pcap'));
    undo.push(() => capture.stop());

    const { oauth, identity } = all.endpoints.tls;
    const canaries = new Canaries();
    const spoken = await speak({ ...all, endpoints: { ...all.endpoints, oauth, identity } }, canaries);
    undo.push(() => spoken.close());
    for (const label of labels)
      for (const { kind, what, bytes } of await openedKeys(all, label)) canaries.add(kind, what, bytes);
    const last = `/v1/ping?last=${crypto.randomUUID()}`;
    await fetch(`${all.endpoints.core}${last}`);
    const packets = await capture.end(last);
    // Dirty pages are written, so that files are searched as they are, not as they were.
    await inDatabase(all, 'postgres', (client) => client.query('checkpoint'));
    const [core = [], ofIdentity = []] = taps.map((tap) => tap.conversations());
    return { ...spoken, all, canaries, core, identity: ofIdentity, packets, stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
};
