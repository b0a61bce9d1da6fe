import { formatCheck } from '@cloister/sdk';
import type { MasterKeyEventView, MasterKeyOverview, MasterKeyView } from '@cloister/wire';
import { table } from '../print.ts';
import { revocationText, rotationText } from './progress-text.ts';
import { shortId } from './short-id.ts';

const day = 24 * 60 * 60 * 1000;

/** The main keys as people read them. */
export const keyLines = (overview: MasterKeyOverview, now: number): string[] => [
  headLine(overview),
  ...defaultLines(overview),
  ...table(overview.keys.map((key) => rowOf(key, now))),
];

/** What became of the main keys, newest first. */
export const historyLines = (history: readonly MasterKeyEventView[]): string[] =>
  table(
    history.map(({ at, uri, act, from, to, by }) => [
      at.slice(0, 19).replace('T', ' '),
      shortId(uri),
      act,
      `${from ?? '-'} -> ${to ?? '-'}`,
      by ?? 'by itself',
    ]),
  );

const headLine = ({ head, isFrozen, reach, keystore, protection }: MasterKeyOverview): string => {
  const holder = head === null ? 'a removed key that is still needed: upload it again' : shortId(head);
  const state = isFrozen ? ', OFF: nothing can be read or sent' : '';
  const where = protection === 'software' ? `${keystore}, protected by software only` : keystore;
  return `main key: ${holder}${state}; protects ${reachText(reach)}; kept in ${where}`;
};

const defaultLines = ({ defaultRole, defaultRotation }: MasterKeyOverview): string[] => {
  if (defaultRole !== 'rotation') return [];
  return [`from the default main key: ${defaultRotation === undefined ? 'rotating' : rotationText(defaultRotation)}`];
};

/** Whom a main key reaches, in numbers. */
export const reachText = ({ people, rooms }: MasterKeyOverview['reach']): string =>
  `${people} ${people === 1 ? 'person' : 'people'} in ${rooms} ${rooms === 1 ? 'room' : 'rooms'}`;

const rowOf = (key: MasterKeyView, now: number): string[] => [
  shortId(key.uri),
  key.state,
  key.source === 'BYOK' ? 'uploaded' : 'AWS KMS',
  ageText(now - Date.parse(key.activatedAt ?? key.createdAt)),
  key.check === undefined ? (key.arn ?? '') : formatCheck(key.check),
  noteOf(key),
];

const noteOf = ({ rotation, revocation, retireAt, purgeAt, unusable, reminder }: MasterKeyView): string =>
  [
    rotation === undefined ? [] : rotationText(rotation),
    revocation === undefined ? [] : revocationText(revocation),
    retireAt === undefined ? [] : `removed on ${retireAt.slice(0, 10)}`,
    purgeAt === undefined ? [] : `can be restored until ${purgeAt.slice(0, 10)}`,
    unusable === undefined ? [] : `Amazon refuses: ${unusable}`,
    reminder ? 'active for a year: time to rotate' : [],
  ]
    .flat()
    .join('; ');

const ageText = (age: number): string => {
  const days = Math.max(0, Math.floor(age / day));
  return days === 0 ? 'today' : days === 1 ? '1 day' : `${days} days`;
};
