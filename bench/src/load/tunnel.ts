import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { Constellation } from '@cloister/testkit';
import { parseKmsHost } from '@cloister/wire';
import { CoreProcess, LinkedNode } from '../testing/kms-internals.ts';
import type { Carrier } from './carrier.ts';
import { createDatabase } from './create-database.ts';
import { superuser } from './superuser.ts';

const acme = parseKmsHost('kms.acme.bench');
const globex = parseKmsHost('kms.globex.bench');

/** A real core in a process of its own, and two key servers' real links to it in this one. */
export async function openTunnel(all: Constellation): Promise<Carrier> {
  const database = `bench_tunnel_${randomBytes(4).toString('hex')}`;
  const drop = await createDatabase(all, database);
  const { host, user } = superuser(all);
  const credentialFile = `${all.deployment.layout.server('postgres')}/password`;
  const core = await CoreProcess.start({ host, database, user, credentialFile }, [acme, globex]);
  const [from, to] = await Promise.all([LinkedNode.connect(core, acme), LinkedNode.connect(core, globex)]);
  const open = async (): Promise<[near: Duplex, far: Duplex]> => {
    const taken = new Promise<Duplex>((resolve) => to.streams.onStream(resolve));
    return [from.streams.connect(globex), await taken];
  };
  const [asking, echoing] = await open();
  echoing.on('data', (part: Buffer) => echoing.write(part));
  const [sending, sunk] = await open();
  let came = 0;
  let wake: () => void = () => undefined;
  sunk.on('data', (part: Buffer) => {
    came += part.length;
    wake();
  });
  return {
    ask: (message) => {
      asking.write(message);
      return new Promise<void>((resolve) => {
        let left = message.length;
        const take = (part: Buffer) => {
          left -= part.length;
          if (left > 0) return;
          asking.off('data', take);
          resolve();
        };
        asking.on('data', take);
      });
    },
    carry: async (chunk, times) => {
      came = 0;
      for (let count = 0; count < times; count += 1) if (!sending.write(chunk)) await once(sending, 'drain');
      while (came < chunk.length * times) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: async () => {
      for (const stream of [asking, sending]) stream.destroy();
      await Promise.all([from.stop(), to.stop()]);
      await core.close();
      await drop();
    },
  };
}
