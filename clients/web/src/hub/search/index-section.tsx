import type { SearchIndex } from '@cloister/sdk';
import type { IndexNumbers } from '@cloister/wire';
import { Trans, useLingui } from '@lingui/react/macro';
import { useCallback, useState } from 'react';
import { formatDateTime } from '../../i18n/format-time.ts';
import { Button } from '../../ui/button.tsx';
import { Spinner } from '../../ui/spinner.tsx';
import { LoadFailed } from '../load-failed.tsx';
import { Facts, Section } from '../section.tsx';
import { DeleteIndexDialog } from './delete-index-dialog.tsx';
import { useLoaded } from './use-loaded.ts';

/** How far the index reaches and how large it is; and its end. */
export function IndexSection({ index }: { index: SearchIndex }) {
  const { t } = useLingui();
  const numbers = useLoaded(useCallback(() => index.numbers(), [index]));
  const [isDeleting, setDeleting] = useState(false);
  return (
    <Section
      title={t`Index`}
      action={
        numbers.state === 'ready' && (
          <Button icon="retry" kind="quiet" onPress={numbers.again}>
            <Trans>Look again</Trans>
          </Button>
        )
      }
    >
      {numbers.state === 'loading' && <Spinner label={t`Loading`} />}
      {numbers.state === 'failed' && <LoadFailed fault={numbers.fault} again={numbers.again} />}
      {numbers.state === 'ready' && (
        <>
          <Reach numbers={numbers.value} />
          <p>
            <Trans>
              The core keeps the index and cannot read it: it holds keyed hashes of words, under keys that only your
              indexer gets from your key server.
            </Trans>
          </p>
          <div>
            <Button icon="remove" kind="danger" onPress={() => setDeleting(true)}>
              <Trans>Delete the index</Trans>
            </Button>
          </div>
        </>
      )}
      {isDeleting && (
        <DeleteIndexDialog
          index={index}
          onClose={() => {
            setDeleting(false);
            if (numbers.state === 'ready') numbers.again();
          }}
        />
      )}
    </Section>
  );
}

function Reach({ numbers: { rooms, indexed, lagging, since, postings, bytes } }: { numbers: IndexNumbers }) {
  const { t, i18n } = useLingui();
  const number = (value: number) => new Intl.NumberFormat(i18n.locale).format(value);
  const size = new Intl.NumberFormat(i18n.locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
  const time = since === undefined ? '' : formatDateTime(i18n.locale, new Date(since));
  const [some, behind] = [number(indexed), number(lagging)];
  const all = number(rooms);
  return (
    <Facts
      facts={[
        [t`Rooms`, t`${some} of ${all} have an index`],
        [
          t`Up to date`,
          lagging === 0
            ? t`Everything that was written is in the index.`
            : time === ''
              ? t`Rooms with messages that are not in the index yet: ${behind}.`
              : t`Rooms with messages that are not in the index yet: ${behind}; the oldest of them is of ${time}.`,
        ],
        [t`Postings`, number(postings)],
        [t`Size`, size.format(bytes / 1e6)],
      ]}
    />
  );
}
