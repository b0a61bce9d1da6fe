import type { UserId } from '@cloister/wire';
import type { RealmNode } from './realm-node.ts';

/** The connected nodes of every realm; any node answers anything. */
export class RealmNodes {
  readonly #byHost = new Map<string, RealmNode[]>();
  readonly #waiting = new Map<string, Set<() => void>>();

  add(node: RealmNode): void {
    this.#byHost.set(node.kmsHost, [...this.of(node.kmsHost), node]);
    for (const wake of this.#waiting.get(node.kmsHost) ?? []) wake();
    this.#waiting.delete(node.kmsHost);
  }

  remove(node: RealmNode): void {
    const left = this.of(node.kmsHost).filter((other) => other !== node);
    if (left.length === 0) this.#byHost.delete(node.kmsHost);
    else this.#byHost.set(node.kmsHost, left);
  }

  of(kmsHost: string): readonly RealmNode[] {
    return this.#byHost.get(kmsHost) ?? [];
  }

  /** The realms that a node is connected of. */
  hosts(): string[] {
    return [...this.#byHost.keys()];
  }

  all(): RealmNode[] {
    return [...this.#byHost.values()].flat();
  }

  /** A person's messages all go to one node, which keeps their order (kms.md §1.1); people spread over the nodes. */
  forUser(kmsHost: string, userId: UserId): RealmNode | undefined {
    const nodes = this.of(kmsHost);
    return nodes.length === 0 ? undefined : nodes[Number.parseInt(userId.slice(0, 8), 16) % nodes.length];
  }

  /** The same, waiting for a node to connect until the signal says stop. */
  async waitFor(kmsHost: string, userId: UserId, stop: AbortSignal): Promise<RealmNode | undefined> {
    for (;;) {
      const node = this.forUser(kmsHost, userId);
      if (node !== undefined || stop.aborted) return node;
      await this.#nextNode(kmsHost, stop);
    }
  }

  #nextNode(kmsHost: string, stop: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(kmsHost) ?? new Set();
      this.#waiting.set(kmsHost, waiting);
      const wake = () => {
        waiting.delete(wake);
        stop.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      stop.addEventListener('abort', wake, { once: true });
    });
  }
}
