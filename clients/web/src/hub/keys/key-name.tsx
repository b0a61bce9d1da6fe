import type { MasterKeyOverview } from '@cloister/wire';
import { Trans } from '@lingui/react/macro';
import { shortKeyId } from './key-id.ts';

/** What a key is called: by its short id, or the realm's default key by its name. */
export function KeyName({ uri }: { uri: NonNullable<MasterKeyOverview['head']> }) {
  if (uri === 'default') return <Trans>Common default key</Trans>;
  const id = shortKeyId(uri);
  return <Trans>Key {id}</Trans>;
}
