/** What brings bytes from one end to another: the tunnel, or what it is held against. */
export interface Carrier {
  /** A message there and the same back. */
  ask(message: Buffer): Promise<unknown>;
  /** The chunk so many times, one way, until all of it is there. */
  carry(chunk: Buffer, times: number): Promise<unknown>;
  close(): Promise<void>;
}
