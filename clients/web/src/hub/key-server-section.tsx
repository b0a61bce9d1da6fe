import { useLingui } from '@lingui/react/macro';
import { formatDateTime } from '../i18n/format-time.ts';
import { useConfig } from '../state/config-context.tsx';
import { FaultNotice } from '../ui/fault-notice.tsx';
import { Facts, Section } from './section.tsx';
import { type KeyServer, useKeyServer } from './use-key-server.ts';

/** Which key server keeps the organisation's keys, and how it does. */
export function KeyServerSection() {
  const { t, i18n } = useLingui();
  const { organisation } = useConfig();
  const server = useKeyServer();
  const expires = server.state === 'known' ? formatDateTime(i18n.locale, server.expires) : '';
  return (
    <Section title={t`Key server`}>
      <Facts
        facts={[
          [t`Host`, organisation.kmsHost],
          [t`State`, useStateText(server)],
          ...(server.state === 'known' ? [[t`Certificate`, t`Proves its name; valid until ${expires}`] as const] : []),
        ]}
      />
      {server.state === 'failed' && <FaultNotice fault={server.fault} />}
    </Section>
  );
}

function useStateText(server: KeyServer): string {
  const { t } = useLingui();
  if (server.state === 'asking') return t`Asking…`;
  if (server.state === 'failed' || server.answers === false) return t`Does not answer`;
  return server.answers ? t`Answers` : t`Known; there is no room yet to ask it about`;
}
