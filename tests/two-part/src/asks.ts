import type { KeyUri, ResourceUri, UserId } from '@cloister/wire';

const verbs = {
  add: 'add',
  remove: 'leave',
  appoint: 'assignModerator',
  dismiss: 'unassignModerator',
  updateKey: 'updateKey',
  addKey: 'addKey',
} as const;

export type Changing = keyof typeof verbs;

/** A sealed text that opens to nothing: the core looks at its form alone. */
export const noWords = `${Buffer.from('{"enc":"A256GCM","alg":"dir"}').toString('base64url')}..AAAAAAAAAAAAAAAA.AAAA.AAAAAAAAAAAAAAAAAAAAAA`;

const peopleAsks = {
  add: (uri: ResourceUri, id: UserId) => ({
    method: 'create',
    uri: '/authorizations',
    resourceUri: uri,
    userIds: [id],
  }),
  remove: (uri: ResourceUri, id: UserId) => ({ method: 'delete', uri: `${uri}/authorizations?authId=${id}` }),
  appoint: (uri: ResourceUri, id: UserId) => ({ method: 'create', uri: `${uri}/moderators`, userIds: [id] }),
  dismiss: (uri: ResourceUri, id: UserId) => ({ method: 'delete', uri: `${uri}/moderators?authId=${id}` }),
};

type ChangingPeople = keyof typeof peopleAsks;

const peopleAsk = (kind: ChangingPeople, uri: ResourceUri, id: UserId) => peopleAsks[kind](uri, id);

/** What is sealed for the key server: a change of somebody's right, or a key bound. */
export const sealedAsk = (
  kind: Changing,
  resourceUri: ResourceUri,
  { subject, keyUri }: { readonly subject: UserId; readonly keyUri: KeyUri | undefined },
): Record<string, unknown> =>
  keyUri === undefined
    ? peopleAsk(kind as ChangingPeople, resourceUri, subject)
    : { method: 'update', uri: keyUri, resourceUri };

/** What stands beside it for the core; `named` is the person or the key. */
export const bodyOf = (kind: Changing, named: string, kmsMessage: string): Record<string, unknown> => {
  const activity = { objectType: 'activity', verb: verbs[kind], kmsMessage };
  if (kind === 'updateKey')
    return { ...activity, object: { objectType: 'conversation', defaultActivityEncryptionKeyUrl: named } };
  if (kind === 'addKey') return { ...activity, object: { objectType: 'key', uri: named } };
  return { ...activity, object: { objectType: 'person', id: named } };
};
