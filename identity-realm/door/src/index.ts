/**
 * The door: the only server that listens on TCP. Ends TLS and carries requests by host and path to the realms' sockets.
 * Never learns who asks or what is asked: it reads the host, the path and framing, and logs neither query nor header.
 * @see docs/wires.md §1
 */
export { type DoorConfig, doorConfig } from './config.ts';
export { type Door, openDoor } from './open-door.ts';
