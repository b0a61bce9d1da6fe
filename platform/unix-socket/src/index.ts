/**
 * Listens on a unix socket: takes over a stale one, never a living one.
 * Never learns what travels over it.
 * @see docs/wires.md §1
 */
export { listenOnSocket } from './listen-on-socket.ts';
