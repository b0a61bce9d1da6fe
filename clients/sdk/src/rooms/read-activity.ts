import { type Activity, CloisterError, parseActivityObject, type RoomId, type UserId } from '@cloister/wire';
import type { LogBody, LogEntry } from './log-entry.ts';
import { peopleOf } from './people-of.ts';
import { readFile } from './read-file.ts';
import { readPages } from './read-pages.ts';
import { sealedText } from './sealed-text.ts';

/**
 * The log entry in an activity the core served. What claims a known type without its shape becomes `unknown`: one bad
 * entry must not hide the others.
 * @throws CloisterError `client/unreadable` without a position: it is no entry of a log
 */
export const readActivity = (roomId: RoomId, activity: Activity): LogEntry => {
  const { id, position, actor, published, clientTempId } = activity;
  const people = peopleOf(activity);
  if (position === undefined)
    throw new CloisterError('client/unreadable', { detail: 'an activity without a position' });
  return {
    id,
    roomId,
    position,
    actor: actor.id,
    published,
    ...(clientTempId === undefined ? {} : { clientTempId }),
    body: bodyOf(activity),
    ...(people === undefined ? {} : { people }),
  };
};

const bodyOf = (activity: Activity): LogBody => {
  try {
    return readBody(activity);
  } catch {
    return { kind: 'unknown' };
  }
};

const readBody = (activity: Activity): LogBody => {
  const { verb, encryptionKeyUrl } = activity;
  if (verb === 'create') return { kind: 'created' };
  const object = parseActivityObject(activity);
  switch (object.objectType) {
    case 'comment': {
      const text = sealedText(object.displayName, encryptionKeyUrl);
      const html = sealedText(object.content, encryptionKeyUrl);
      // The plain text is what counts; HTML alone is shown as text by nobody (kms.md §2).
      if (text === undefined) return { kind: 'gone' };
      const texts = { text, ...(html === undefined ? {} : { html }) };
      const { parent } = activity;
      return parent?.type === 'edit' ? { kind: 'edit', target: parent.id, ...texts } : { kind: 'message', ...texts };
    }
    case 'content': {
      if (verb === 'update') return readPages(activity, object.files.items);
      const files = object.files.items.flatMap((file) => readFile(file, encryptionKeyUrl) ?? []);
      if (files.length === 0) return { kind: 'gone' };
      const text = sealedText(object.displayName, encryptionKeyUrl);
      const html = sealedText(object.content, encryptionKeyUrl);
      return {
        kind: 'files',
        files,
        ...(text === undefined ? {} : { text }),
        ...(html === undefined ? {} : { html }),
      };
    }
    case 'person':
      return memberBody(activity, object.id);
    case 'conversation': {
      const { defaultActivityEncryptionKeyUrl: shared, encryptionKeyUrl: own } = object;
      if (verb === 'updateKey' && shared != null) return { kind: 'key-changed', keyUri: shared, shared: true };
      const title = sealedText(object.displayName, own ?? encryptionKeyUrl);
      return verb === 'update' && title !== undefined ? { kind: 'renamed', title } : { kind: 'unknown' };
    }
    case 'key':
      return { kind: 'key-changed', keyUri: object.uri, shared: false };
    case 'activity':
      return verb === 'delete' ? { kind: 'delete', target: object.id } : { kind: 'unknown' };
    default:
      return { kind: 'unknown' };
  }
};

const memberBody = ({ verb, reason }: Activity, person: UserId): LogBody => {
  switch (verb) {
    case 'add':
      return { kind: 'joined', person };
    case 'leave':
      return { kind: 'left', person, ...(reason === undefined ? {} : { reason }) };
    case 'assignModerator':
      return { kind: 'appointed', person };
    case 'unassignModerator':
      return { kind: 'dismissed', person };
    default:
      return { kind: 'unknown' };
  }
};
