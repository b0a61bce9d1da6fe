import { globalPlatform, type Platform, type Session } from '@cloister/sdk';

/** A core that shows a person every room of somebody else's: what is left to refuse them is the key server (invariant 3). */
export const colludingPlatform = (as: Session): Platform => ({
  ...globalPlatform,
  fetch: async (input, init) => {
    if (!String(input).includes('/conversation/')) return fetch(input, init);
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await as.coreToken()}`);
    headers.delete('cisco-device-url');
    return fetch(input, { ...init, headers });
  },
});
