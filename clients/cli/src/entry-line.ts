import type { Client, Content, MessageText, TimelineEntry } from '@cloister/sdk';
import { nameOf } from './find.ts';
import { minuteText } from './minute-text.ts';
import { personText } from './organisations.ts';

/** What a script gets of an entry. */
export const entryJson = async (client: Client, entry: TimelineEntry): Promise<object> => ({
  id: entry.id,
  position: entry.position,
  published: entry.published,
  actor: await actorOf(client, entry),
  kind: entry.kind,
  ...detail(entry),
});

const actorOf = async (client: Client, { actor: id }: TimelineEntry): Promise<object> => {
  const person = await client.people.get(id);
  const { me } = client.snapshot();
  const { organisationId = me.organisationId } = person;
  return { id, name: nameOf(person), ...(organisationId === me.organisationId ? {} : { organisationId }) };
};

/** What a person reads of an entry. */
export const entryLine = async (client: Client, entry: TimelineEntry): Promise<string> => {
  const time = minuteText(entry.published);
  const actor = personText(client, await client.people.get(entry.actor));
  const person = 'person' in entry ? personText(client, await client.people.get(entry.person)) : actor;
  return `${time}  ${sentence(entry, actor, person)}`;
};

const sentence = (entry: TimelineEntry, actor: string, person: string): string => {
  switch (entry.kind) {
    case 'message':
      return `${actor}: ${textOf(entry.content)}${entry.edited === undefined ? '' : ' (edited)'}`;
    case 'files': {
      const names = entry.files.map(({ name, size }) => `${plainOf(name)} (${size} bytes)`).join(', ');
      return `${actor} shared ${names}${entry.content === undefined ? '' : `: ${textOf(entry.content)}`}`;
    }
    case 'deleted':
      return `${actor} deleted a message`;
    case 'joined':
      return person === actor ? `${actor} joined` : `${actor} added ${person}`;
    case 'left':
      if (entry.reason !== undefined) return `${person} left the organisation (${actor})`;
      return person === actor ? `${actor} left` : `${actor} removed ${person}`;
    case 'appointed':
      return `${actor} made ${person} a moderator`;
    case 'dismissed':
      return `${person} is no moderator any more (${actor})`;
    case 'created':
      return `${actor} created the room`;
    case 'renamed':
      return `${actor} renamed the room to ${plainOf(entry.title)}`;
    case 'key-changed':
      return `${actor} made a new key`;
  }
};

const detail = (entry: TimelineEntry): object => {
  switch (entry.kind) {
    case 'message':
      return { content: entry.content, ...(entry.edited === undefined ? {} : { edited: entry.edited }) };
    case 'files':
      return { files: entry.files, ...(entry.content === undefined ? {} : { content: entry.content }) };
    case 'renamed':
      return { title: entry.title };
    case 'joined':
    case 'appointed':
    case 'dismissed':
      return { person: entry.person };
    case 'left':
      return { person: entry.person, ...(entry.reason === undefined ? {} : { reason: entry.reason }) };
    default:
      return {};
  }
};

const textOf = (content: Content<MessageText>): string =>
  content.state === 'open' ? content.value.text : closed(content);
const plainOf = (content: Content<string>): string => (content.state === 'open' ? content.value : closed(content));
const closed = (content: Exclude<Content<unknown>, { state: 'open' }>): string =>
  content.state === 'opening' ? '…' : `(cannot be decrypted: ${content.reason})`;

/** Whether everything sealed in an entry has opened or failed. */
export const isSettled = (entry: TimelineEntry): boolean => {
  const contents: readonly Content<unknown>[] = [
    ...('content' in entry && entry.content !== undefined ? [entry.content] : []),
    ...(entry.kind === 'files' ? entry.files.map(({ name }) => name) : []),
    ...(entry.kind === 'renamed' ? [entry.title] : []),
  ];
  return contents.every(({ state }) => state !== 'opening');
};
