import type { WhoCanRead } from '@cloister/sdk';
import { Trans } from '@lingui/react/macro';
import { useSnapshot } from '../state/client-context.tsx';
import { useConfig } from '../state/config-context.tsx';
import { FunctionName } from './function-name.tsx';
import { ReaderLine } from './reader-line.tsx';

/** One's own organisation's machines and key server; and key servers of which nobody said whose they are. */
export function ReadersAtHome({
  readers,
}: {
  readers: Pick<WhoCanRead, 'functions' | 'keyServers' | 'organisations'>;
}) {
  const { me } = useSnapshot();
  const { organisation } = useConfig();
  const owner = organisation.name;
  const functions = readers.functions.filter(({ organisationId }) => organisationId === me.organisationId);
  const elsewhere = new Set<string>(
    readers.organisations
      .filter(({ organisationId }) => organisationId !== me.organisationId)
      .map(({ kmsHost }) => kmsHost),
  );
  return (
    <>
      {functions.map(({ purpose }) => (
        <ReaderLine key={purpose} icon="machine">
          <FunctionName purpose={purpose} />
        </ReaderLine>
      ))}
      {functions.length === 0 && (
        <ReaderLine icon="machine">
          <Trans>No machines</Trans>
        </ReaderLine>
      )}
      {readers.keyServers
        .filter((host) => host === organisation.kmsHost || !elsewhere.has(host))
        .map((keyServer) => (
          <ReaderLine key={keyServer} icon="key">
            {keyServer === organisation.kmsHost ? (
              <Trans>
                The key server of {owner} ({keyServer}), which keeps the keys
              </Trans>
            ) : (
              <Trans>The key server {keyServer}, which keeps the keys</Trans>
            )}
          </ReaderLine>
        ))}
    </>
  );
}
