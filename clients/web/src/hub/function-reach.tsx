import type { Purpose } from '@cloister/wire';
import { Trans } from '@lingui/react/macro';

/** What a function can read while it is on. */
export function FunctionReach({ purpose }: { purpose: Purpose }) {
  switch (purpose) {
    case 'indexing':
      return (
        <Trans>
          Can read every message, title and file of every room that one of your people is in, rooms of other
          organisations too, to answer their searches.
        </Trans>
      );
    case 'transcoding':
      return <Trans>Can read every document shared in your rooms, and adds pictures of its pages.</Trans>;
    case 'retention':
      return <Trans>Can read every message and file of your rooms, to keep or delete it by your rules.</Trans>;
    case 'ediscovery':
      return (
        <Trans>
          The officer of a case that two administrators approved can read what the people named in it can read, until
          the case ends.
        </Trans>
      );
    case 'dlp':
      return <Trans>Can read every message and file of your rooms, to find what must not leave.</Trans>;
  }
}
