import { type KeyManagement, openKeyManagement } from '@cloister/sdk';
import type { MasterKeyOverview, OrganisationId } from '@cloister/wire';
import { acting } from '../acting.ts';
import type { CommandContext } from '../command.ts';

/** What a command about main keys works with. */
export interface Managed {
  readonly keys: KeyManagement;
  /** As they are before it. */
  readonly overview: MasterKeyOverview;
  readonly organisationId: OrganisationId;
}

/** Runs `work` as the administrator of `--as` (or CLOISTER_AS), over the sealed channel to their key server. */
export const managing = <T>(context: CommandContext, work: (managed: Managed) => Promise<T>): Promise<T> =>
  acting(context, async (client) => {
    const keys = openKeyManagement(client);
    const { organisationId } = client.snapshot().me;
    return work({ keys, overview: await keys.overview(), organisationId });
  });
