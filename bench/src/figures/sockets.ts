import type { Constellation } from '@cloister/testkit';
import { type Figure, limitFigure, peerFigure } from '../figure.ts';
import { bearer, type LoadDevice, openDevice } from '../load/device.ts';
import { SocketHttp } from '../load/http.ts';
import { manyDevices } from '../load/many-devices.ts';
import { tokensOf } from '../load/person.ts';
import { residentBytes } from '../measure/cpu.ts';

const idle = 10_000;
const returning = 500;
const megabyte = 1024 * 1024;

/** `socket`: what 10,000 idle event sockets add to the core; and how fast 500 clients are back and caught up. */
export async function socketFigures(all: Constellation): Promise<Record<string, Figure>> {
  const origin = all.endpoints.core;
  const socketPath = all.deployment.layout.socket('core');
  const http = new SocketHttp(socketPath, origin);
  const tokens = await tokensOf(all, 'ben');
  const options = { http, socketPath, origin, tokens, lean: true };
  const core = () => all.deployment.pid('core') ?? 0;
  const open: LoadDevice[] = [await openDevice(options)];
  const registered = await manyDevices(all, tokens, idle);
  const before = residentBytes(core());
  await inLots(idle, 100, async (index) => {
    open.push(await openDevice(options, registered[index]));
  });
  await quiet();
  const added = (residentBytes(core()) - before) / megabyte;
  for (const device of open) device.close();

  await all.deployment.kill('core');
  const started = performance.now();
  await all.deployment.start('core');
  const back: LoadDevice[] = [];
  await inLots(returning, 100, async (index) => {
    const device = await openDevice(options, registered[index]);
    await http.json('GET', '/conversation/api/v1/conversations?limit=20', bearer(tokens));
    back.push(device);
  });
  const seconds = (performance.now() - started) / 1000;
  for (const device of back) device.close();
  http.close();
  return {
    socket: limitFigure(added, 120, 'MB for 10,000'),
    'socket-each': peerFigure((added * 1024) / idle, 50, 'KiB', 'less'),
    'reconnect-500': peerFigure(seconds, 2.3, 's, core restarted', 'less'),
  };
}

async function inLots<T>(count: number, lot: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let from = 0; from < count; from += lot) {
    const size = Math.min(lot, count - from);
    results.push(...(await Promise.all(Array.from({ length: size }, (_, index) => work(from + index)))));
  }
  return results;
}

/** Memory settles once the accept work is done. */
async function quiet(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
