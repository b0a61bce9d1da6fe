import type { UserId } from '@cloister/wire';
import { Arrivals } from './arrivals.ts';
import type { RealmNode } from './realm-node.ts';

/** The connected nodes of every realm; any node answers anything. */
export class RealmNodes {
  readonly #byHost = new Map<string, RealmNode[]>();
  readonly #arrivals = new Arrivals();

  add(node: RealmNode): void {
    this.#byHost.set(node.kmsHost, [...this.of(node.kmsHost), node]);
    this.#arrivals.arrived(node.kmsHost);
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
      await this.#arrivals.next(kmsHost, stop);
    }
  }
}
