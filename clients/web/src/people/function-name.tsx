import type { Purpose } from '@cloister/wire';
import { Trans } from '@lingui/react/macro';

/** What a function's machines do with what they may read. */
export function FunctionName({ purpose }: { purpose: Purpose }) {
  switch (purpose) {
    case 'indexing':
      return <Trans>Machines that make content searchable</Trans>;
    case 'transcoding':
      return <Trans>Machines that turn documents into pages</Trans>;
    case 'retention':
      return <Trans>Machines that keep or delete content as the law asks</Trans>;
    case 'ediscovery':
      return <Trans>Officers of an approved eDiscovery case</Trans>;
    case 'dlp':
      return <Trans>Machines that look for data that must not leave</Trans>;
  }
}
