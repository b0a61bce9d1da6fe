import { Trans } from '@lingui/react/macro';
import type { Fault } from '../../app/fault.ts';
import { useFaultText } from '../../app/fault-text.tsx';
import { useConfig } from '../../state/config-context.tsx';

/** Why a search failed: what happened, what is done about it, what one can do. */
export function FailureText({ code }: { code: Fault['code'] }) {
  const { organisation } = useConfig();
  const own = organisation.name;
  const textOf = useFaultText();
  switch (code) {
    case 'core/search-off':
      return (
        <Trans>
          {own} has search switched off, so nothing was looked at. A full administrator can switch it on under
          Administration, Functions that need keys.
        </Trans>
      );
    case 'core/search-unavailable':
      return (
        <Trans>
          The indexer of {own}, which answers searches, does not run at the moment. We ask again by ourselves every few
          seconds; if it lasts, tell your administrator.
        </Trans>
      );
    case 'core/too-many':
      return <Trans>There were too many searches in a short time. We ask again by ourselves in a few seconds.</Trans>;
    case 'core/unavailable':
    case 'kms/unavailable':
      return <Trans>The server cannot answer at the moment. We ask again by ourselves every few seconds.</Trans>;
    case 'core/query-refused':
      return (
        <Trans>
          The indexer did not accept this search. Check that this device’s clock is right, then search again; if it
          lasts, sign out and in.
        </Trans>
      );
    case 'core/index-damaged':
      return (
        <Trans>
          A part of the index is damaged, so some messages cannot be found. Tell your administrator, who can have the
          index built anew.
        </Trans>
      );
    case 'search/too-long':
      return <Trans>This search is longer than 1,024 characters. Make it shorter and search again.</Trans>;
    case 'search/too-many-parts':
      return (
        <Trans>This search has more than 64 words, phrases and filters. Leave some of them out and search again.</Trans>
      );
    case 'search/too-deep':
      return <Trans>This search has more than 8 brackets inside one another. Take some away and search again.</Trans>;
    case 'search/too-broad':
      return (
        <Trans>
          This search has too many or too common words for so many messages. Use fewer or rarer words, or name a room.
        </Trans>
      );
    case 'client/offline':
      return (
        <Trans>
          The server cannot be reached, so the search is not complete. It goes on as soon as you are connected again.
        </Trans>
      );
    case 'kms/revoked':
      return (
        <Trans>
          The main key of {own} is off, so nothing can be searched or read. Search goes on when an administrator
          switches it on again.
        </Trans>
      );
    default:
      return textOf({ code });
  }
}
