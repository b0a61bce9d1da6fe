import { plural } from '@lingui/core/macro';
import { Trans, useLingui } from '@lingui/react/macro';
import type { Fault } from '../../app/fault.ts';
import { FailureText } from './failure-text.tsx';
import type { Situation } from './situation.ts';

/** One sentence on what a search has come to. */
export function SituationText({ situation }: { situation: Situation }) {
  const { t } = useLingui();
  switch (situation.kind) {
    case 'asking':
      return <Trans>Searching…</Trans>;
    case 'coming': {
      const { count } = situation;
      return t`${plural(count, { one: '# message so far; searching on…', other: '# messages so far; searching on…' })}`;
    }
    case 'found': {
      const { count, more } = situation;
      return more
        ? t`${plural(count, { one: '# message; there are older ones', other: '# messages, newest first; there are older ones' })}`
        : t`${plural(count, { one: '# message', other: '# messages, newest first' })}`;
    }
    case 'nothing': {
      const { rooms } = situation;
      return t`${plural(rooms, {
        one: 'Nothing was found; the whole of # room was searched. Try other words, or fewer.',
        other: 'Nothing was found; the whole of # rooms was searched. Try other words, or fewer.',
      })}`;
    }
    case 'nothing-yet':
      return <Trans>Nothing was found so far, but not everything could be searched.</Trans>;
    case 'empty':
      return <Trans>There is nothing in it to search for. Type a word.</Trans>;
    case 'unknown':
      return <Trans>Nothing was searched, for a name in a filter is nobody’s.</Trans>;
    case 'failed':
      return <FailureText code={situation.code as Fault['code']} />;
  }
}
