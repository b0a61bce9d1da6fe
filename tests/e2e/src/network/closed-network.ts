import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { type Counts, countsOf, cutCable, healCable, openFirewall, rulesOf } from './firewall.ts';

/** It takes root, Debian's iproute2 and nftables. */
export const hasNetworks =
  process.getuid?.() === 0 && ['/usr/sbin/ip', '/usr/sbin/nft'].every((path) => existsSync(path));

/**
 * A network namespace behind a closed firewall: one cable to the host, over which it may open connections to the ports it
 * is let out to, and over which nothing comes in that it did not ask for. Files and unix sockets are the host's.
 *
 * The namespace lives as long as a process of ours waits in it, and that one ends with the test's process, however that
 * ends: then the kernel takes back the namespace, the cable and the rules.
 * @see network_namespaces(7), veth(4), nft(8)
 */
export class ClosedNetwork {
  readonly #keeper: ChildProcess;
  readonly #place = randomBytes(2);
  /** The host's end of the cable, as the kernel names it. */
  readonly device = `cl${randomBytes(4).toString('hex')}`;

  private constructor(keeper: ChildProcess) {
    this.#keeper = keeper;
  }

  static async open(): Promise<ClosedNetwork> {
    const keeper = spawn('unshare', ['--net', 'cat'], { stdio: ['pipe', 'pipe', 'inherit'] });
    // What comes back comes from within: the namespace is there.
    keeper.stdin.write('\n');
    await once(keeper.stdout, 'data');
    const network = new ClosedNetwork(keeper);
    network.#lay();
    return network;
  }

  /** The command that becomes a process in there. */
  get startedBy(): readonly string[] {
    return ['nsenter', `--net=${this.#file}`];
  }

  /** The host's end of the cable: what listens here can be reached from within. */
  get gateway(): string {
    return this.#address(1);
  }

  /** Its own end: what listens there cannot be reached from the host. */
  get inside(): string {
    return this.#address(2);
  }

  /** From now on these ports of its loopback lead to the same ports of the host's end, and are counted by name. */
  letOut(ports: Readonly<Record<string, number>>): void {
    this.#nft(rulesOf(ports, this.gateway));
  }

  /** What came to pass at the firewall since it stands. */
  counts(): Counts {
    return countsOf(this.#run(['nft', '-j', 'list', 'counters', 'table', 'inet', 'realm']));
  }

  /** From now on nothing passes either way, and nobody is told. */
  cut(): void {
    this.#nft(cutCable);
  }

  heal(): void {
    this.#nft(healCable);
  }

  /** Takes the firewall away, to show what it kept out. */
  unlock(): void {
    this.#nft(openFirewall);
  }

  /** What listens for connections in there, as `address:port`. */
  listeners(): string[] {
    const lines = this.#run(['cat', '/proc/net/tcp', '/proc/net/tcp6']).split('\n');
    // proc(5): the fourth field is the state; 0A is TCP_LISTEN.
    return lines.flatMap((line) => {
      const [, local, , state] = line.trim().split(/\s+/);
      return state === '0A' && local !== undefined ? [local] : [];
    });
  }

  async close(): Promise<void> {
    const gone = once(this.#keeper, 'exit');
    this.#keeper.stdin?.end();
    await gone;
  }

  get #file(): string {
    return `/proc/${this.#keeper.pid}/ns/net`;
  }

  #address(end: number): string {
    const [high = 0, low = 0] = this.#place;
    return `10.214.${high}.${(low & ~3) + end}`;
  }

  #lay(): void {
    const inside = `${this.#keeper.pid}`;
    ip('link', 'add', this.device, 'type', 'veth', 'peer', 'name', 'cable', 'netns', inside);
    ip('addr', 'add', `${this.gateway}/30`, 'dev', this.device);
    ip('link', 'set', this.device, 'up');
    // Without IPv6 a device that comes up says nothing of its own accord.
    this.#set('ipv6/conf/all/disable_ipv6', 'ipv6/conf/default/disable_ipv6');
    for (const device of ['lo', 'cable']) this.#run(['ip', 'link', 'set', device, 'up']);
    this.#run(['ip', 'addr', 'add', `${this.inside}/30`, 'dev', 'cable']);
    // What is sent to its loopback may leave over the cable.
    this.#set('ipv4/conf/all/route_localnet');
  }

  /** Switches of the namespace's own kernel settings, where the kernel has them. */
  #set(...switches: readonly string[]): void {
    const write = 'for each; do if [ -e "$each" ]; then echo 1 > "$each"; fi; done';
    this.#run(['sh', '-c', write, 'sh', ...switches.map((each) => `/proc/sys/net/${each}`)]);
  }

  #nft(rules: string): void {
    this.#run(['nft', '-f', '-'], rules);
  }

  #run(command: readonly string[], input = ''): string {
    const [program = '', ...args] = [...this.startedBy, ...command];
    return execFileSync(program, args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  }
}

const ip = (...args: string[]): void => {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
};
