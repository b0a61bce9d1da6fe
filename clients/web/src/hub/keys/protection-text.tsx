import type { MasterKeyOverview, MasterKeyView } from '@cloister/wire';
import { Trans } from '@lingui/react/macro';

/** Where a key is kept and how well; software is never called anything else. */
export function ProtectionText({
  overview: { keystore, protection },
  source,
}: {
  overview: Pick<MasterKeyOverview, 'keystore' | 'protection'>;
  source: MasterKeyView['source'];
}) {
  if (source === 'AWS_KMS') return <Trans>In AWS KMS; it never leaves Amazon</Trans>;
  if (protection === 'token') return <Trans>In a hardware security module (PKCS#11)</Trans>;
  if (keystore === 'pkcs11') return <Trans>In software, behind PKCS#11: no hardware protects it</Trans>;
  return <Trans>In software: no hardware protects it</Trans>;
}
