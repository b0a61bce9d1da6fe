import { SetUpError } from '@cloister/postgres';
import { keyThumbprint, openJoinedAnswer } from '@cloister/verify';
import { type AskKms, askKms, type RenewableKey } from './ask-kms.ts';
import { writeRequests } from './init.ts';
import { layOut, type RealmLayout } from './layout.ts';
import { type AskOperator, askOperator } from './operator.ts';
import { reload } from './reload.ts';
import { type RealmSettings, readSettings } from './settings.ts';
import type { Told } from './told.ts';
import { withKeyStore } from './with-key-store.ts';

/** Keys that can be renewed. */
export const renewable: readonly RenewableKey[] = ['link', 'receipt', 'tls', 'static'];

/** What a renewal works with, each of which a test may break. */
export interface RenewalParts {
  readonly settings: RealmSettings;
  readonly kms: AskKms;
  readonly operator: AskOperator;
  readonly now: () => number;
}

/**
 * Renews a key. The steps, each of which is made again without harm when the one after it broke off:
 * 1. the key server makes the successor, which nobody knows;
 * 2. link, receipt: identity is told, by the word of the link key that stands, and tells everybody. From here on the old link key opens
 *    nothing; receipts of the old receipt key stay believed. tls, static: an authority certifies it (`certificate` goes on from there);
 * 3. the successor takes its place in the key server's database;
 * 4. the key server is started anew. Until then its link is refused at most: what clients and the core ask meanwhile is asked again.
 * @throws SetUpError
 */
export const rotate = async (folder: string, name: RenewableKey, now: () => number): Promise<Told> => {
  const layout = layOut(folder);
  const settings = readSettings(layout);
  const { kmsHost } = settings;
  if (name === 'tls' || name === 'static') {
    await withKeyStore(layout, settings, async () => {
      await askKms(layout).renew(name);
      await writeRequests(layout, settings);
    });
    const request = layout.requests[name];
    return {
      value: { kmsHost, key: name, request },
      lines: [
        `made a new ${name} key; the present one is used until its certificate is there`,
        `next: have ${request} certified, then: cloister realm certificate ${folder} <file>`,
      ],
    };
  }
  await withKeyStore(layout, settings, () => renew(partsOf(layout, settings, now), name));
  const reloaded = reload(layout);
  return { value: { kmsHost, key: name, reloaded }, lines: [`renewed the ${name} key of ${kmsHost}`] };
};

/** The steps of a link or receipt key, up to the start. */
export const renew = async (parts: RenewalParts, name: 'link' | 'receipt'): Promise<void> => {
  await parts.kms.renew(name);
  await tell(parts, name);
  await parts.kms.finish(name);
};

/** What is left of a renewal once the certificate of the successor is in its place. */
export const finishRenewal = (
  layout: RealmLayout,
  settings: RealmSettings,
  name: 'tls' | 'static',
  now: () => number,
): Promise<void> =>
  withKeyStore(layout, settings, async () => {
    const isKnown = name === 'tls' && settings.operator !== undefined;
    if (isKnown) await tell(partsOf(layout, settings, now), name);
    await askKms(layout).finish(name);
  });

const partsOf = (layout: RealmLayout, settings: RealmSettings, now: () => number): RenewalParts => ({
  settings,
  kms: askKms(layout),
  operator: askOperator(operatorOf(settings).identity, layout),
  now,
});

const tell = async ({ settings, kms, operator, now }: RenewalParts, name: RenewableKey): Promise<void> => {
  const { kmsHost, organisationId } = settings;
  const feedKey = keyThumbprint(operatorOf(settings).feedKey);
  const { proofs, ...keys } = await kms.prove({ act: 'renew', aud: feedKey, next: [name] });
  const said = await operator(`/identity/api/v1/realms/${kmsHost}/keys`, { ...keys, proofs });
  openJoinedAnswer(said, { feedKey, kmsHost, organisationId, keys, now: now() });
};

const operatorOf = ({ operator }: RealmSettings) => {
  if (operator === undefined) {
    throw new SetUpError('the realm has not joined yet', 'nobody knows its keys: join first');
  }
  return operator;
};
