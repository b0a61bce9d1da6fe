import type { ConnectionState } from '@cloister/sdk';

/** What the line about the connection says. `caught-up` follows a gap and goes by itself. */
export type Banner = 'none' | 'offline' | 'reconnecting' | 'caught-up';

/** The banner after the connection's state changed. Nothing is said about the first connection of a page. */
export function nextBanner(before: Banner, state: ConnectionState['state']): Banner {
  switch (state) {
    case 'offline':
      return 'offline';
    case 'connecting':
      return before === 'none' ? 'none' : 'reconnecting';
    case 'online':
      return before === 'none' || before === 'caught-up' ? before : 'caught-up';
    case 'signed-out':
      return 'none';
  }
}
