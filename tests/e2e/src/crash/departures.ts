import { globalPlatform, type Platform } from '@cloister/sdk';

/** A client's platform that tells when a change of two parts leaves for the core. */
export interface Departures {
  readonly platform: Platform;
  /** The next one, whatever becomes of it. */
  next(): Promise<void>;
}

export const departures = (): Departures => {
  let waiting: (() => void)[] = [];
  return {
    next: () => new Promise((resolve) => void waiting.push(resolve)),
    platform: {
      ...globalPlatform,
      fetch: (input, init) => {
        const answer = fetch(input, init);
        if (typeof init?.body === 'string' && init.body.includes('"kmsMessage"')) {
          for (const resolve of waiting) resolve();
          waiting = [];
        }
        return answer;
      },
    },
  };
};
