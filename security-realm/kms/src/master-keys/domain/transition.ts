import type { MasterKeyAct, MasterKeyState } from '@cloister/wire';
import type { OrganisationKeys } from './organisation-keys.ts';

/** One line of history. Without a key it is about the realm's default main key. */
export type MasterKeyStep = {
  readonly keyId: string | null;
  readonly from: MasterKeyState | null;
  readonly to: MasterKeyState | null;
  readonly act: MasterKeyAct;
};

/** What an event leads to. Without steps nothing changes. */
export type Transition = {
  readonly keys: OrganisationKeys;
  readonly steps: readonly MasterKeyStep[];
  /** Uploaded keys that are to be destroyed in the hsm. */
  readonly dispose: readonly string[];
  /** Whether another main key holds the role: new content keys come under it at once (R007). */
  readonly newGeneration: boolean;
};
