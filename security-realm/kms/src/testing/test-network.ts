import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Server } from 'node:net';
import { join } from 'node:path';
import { relay } from './relay.ts';
import { killed, untilLine } from './test-hsm.ts';

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};

/** It takes root, and Debian's iproute2. */
export const hasNetworks = process.getuid?.() === 0 && existsSync('/usr/sbin/ip');

/**
 * A network of a process of its own (a network namespace, as root): one cable to the host, over which it reaches the
 * database and which the test cuts; everything else it reaches on its loopback, by sockets of the host.
 * @see ip-netns(8), veth(4)
 */
export class TestNetwork {
  readonly #name = `kms-${randomBytes(3).toString('hex')}`;
  readonly #host = `${this.#name}h`;
  readonly #folder: string;
  /** Of the host's end of the cable; the third byte keeps runs side by side apart. */
  readonly #net = `10.213.${randomBytes(1)[0]}`;
  readonly #servers: Server[] = [];
  #relays: ChildProcess | null = null;

  /** `folder` is where its sockets are. */
  constructor(folder: string) {
    this.#folder = folder;
    ip('netns', 'add', this.#name);
    ip('link', 'add', this.#host, 'type', 'veth', 'peer', 'name', 'cable', 'netns', this.#name);
    ip('addr', 'add', `${this.#net}.1/30`, 'dev', this.#host);
    ip('link', 'set', this.#host, 'up');
    for (const [device, ...rest] of [
      ['lo', 'up'],
      ['cable', 'up'],
    ] as const) {
      ip('-n', this.#name, 'link', 'set', device, ...rest);
    }
    ip('-n', this.#name, 'addr', 'add', `${this.#net}.2/30`, 'dev', 'cable');
  }

  get startedBy(): readonly string[] {
    return ['ip', 'netns', 'exec', this.#name];
  }

  /** Puts a unix socket of the host on the cable. */
  async overCable(path: string): Promise<{ host: string; port: number }> {
    const host = `${this.#net}.1`;
    const server = await relay({ host, port: 0 }, { path });
    this.#servers.push(server);
    return { host, port: (server.address() as { port: number }).port };
  }

  /** Makes ports of the host's loopback answer on the same ports of the loopback in there, whatever the cable does. */
  async onLoopback(...ports: readonly number[]): Promise<void> {
    const places: string[] = [];
    for (const port of ports) {
      const path = join(this.#folder, `${this.#name}-${port}.sock`);
      this.#servers.push(await relay({ path }, { host: '127.0.0.1', port }));
      places.push(String(port), path);
    }
    const [command = '', ...args] = [...this.startedBy, process.execPath, join(import.meta.dirname, 'relay-main.ts')];
    this.#relays = spawn(command, [...args, ...places], { stdio: ['ignore', 'pipe', 'inherit'] });
    await untilLine(this.#relays, 'relays.ready');
  }

  /** From now on nothing that is sent over the cable arrives, and nobody is told. */
  cut(): void {
    ip('link', 'set', this.#host, 'down');
  }

  mend(): void {
    ip('link', 'set', this.#host, 'up');
  }

  async close(): Promise<void> {
    await killed(this.#relays);
    for (const server of this.#servers) server.close();
    ip('link', 'del', this.#host);
    ip('netns', 'del', this.#name);
  }
}
