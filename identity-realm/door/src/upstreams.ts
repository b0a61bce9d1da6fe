import { Agent } from 'node:http';

/**
 * One pool of kept-alive connections for each upstream socket. The door drops an idle connection well before the upstream
 * does (65 s), so that no request goes out on one that is just being closed.
 */
export class Upstreams {
  readonly #agents = new Map<string, Agent>();

  agentFor(socketPath: string): Agent {
    const known = this.#agents.get(socketPath);
    if (known !== undefined) return known;
    const agent = new Agent({ keepAlive: true, maxFreeSockets: 64, timeout: 30_000, scheduling: 'lifo' });
    this.#agents.set(socketPath, agent);
    return agent;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
  }
}
