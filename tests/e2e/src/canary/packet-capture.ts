import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Conversation } from './http-stream.ts';
import { conversationsOf } from './packets.ts';

const tcpdump = '/usr/bin/tcpdump';

/** Packets can be read by root, with tcpdump. */
export const canCapture = existsSync(tcpdump) && process.getuid?.() === 0;

export interface PacketCapture {
  /** Ends it once `last`, which somebody just sent, is in it; then everything before is too. */
  end(last: string): Promise<readonly Conversation[]>;
  stop(): void;
}

/** Writes what goes over loopback to and from a TCP port into `file`. */
export const capturePort = async (port: number, file: string): Promise<PacketCapture> => {
  const args = ['-i', 'lo', '-s', '0', '-B', '131072', '--immediate-mode', '-U', '-Z', 'root', '-w', file];
  const child = spawn(tcpdump, [...args, `tcp port ${port}`], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const listening = Promise.withResolvers<void>();
  child.stderr.on('data', (bytes) => {
    said += String(bytes);
    if (said.includes('listening on')) listening.resolve();
  });
  child.on('exit', () => listening.reject(new Error(`tcpdump ended: ${said}`)));
  await listening.promise;
  return {
    end: async (last) => {
      while (!readFileSync(file).includes(last)) await pause(20);
      child.kill('SIGINT');
      await once(child, 'exit');
      const dropped = /^(\d+) packets dropped by kernel/m.exec(said)?.[1];
      if (dropped !== '0') throw new Error(`the capture is not whole: ${said}`);
      return conversationsOf(readFileSync(file), port);
    },
    stop: () => child.kill('SIGKILL'),
  };
};
