import type { TimelineEntry } from '@cloister/sdk';
import { useLingui } from '@lingui/react/macro';
import { useSnapshot } from '../state/client-context.tsx';
import { useNames } from '../state/use-names.ts';

/** Entries that say what happened to the room. */
export type EventEntry = Extract<
  TimelineEntry,
  {
    kind: 'joined' | 'left' | 'appointed' | 'dismissed' | 'created' | 'renamed' | 'key-changed';
  }
>;

/** One sentence for a join, a departure and the like, saying who did it (R331). */
export function useEventText(entry: EventEntry): string {
  const { t } = useLingui();
  const { me } = useSnapshot();
  const personId = 'person' in entry ? entry.person : entry.actor;
  const nameOf = useNames([entry.actor, personId]);
  const actor = nameOf(entry.actor);
  const person = nameOf(personId);
  const byMe = entry.actor === me.id;
  const aboutMe = personId === me.id;
  const byThemselves = entry.actor === personId;
  switch (entry.kind) {
    case 'joined':
      if (byThemselves) return byMe ? t`You joined` : t`${person} joined`;
      if (byMe) return t`You added ${person}`;
      return aboutMe ? t`${actor} added you` : t`${actor} added ${person}`;
    case 'left':
      if (entry.reason !== undefined) return t`${person} left the organisation. ${actor} recorded it`;
      if (byThemselves) return byMe ? t`You left` : t`${person} left`;
      if (byMe) return t`You removed ${person}`;
      return aboutMe ? t`${actor} removed you` : t`${actor} removed ${person}`;
    case 'appointed':
      if (byThemselves) return byMe ? t`You became a moderator` : t`${person} became a moderator`;
      if (byMe) return t`You made ${person} a moderator`;
      return aboutMe ? t`${actor} made you a moderator` : t`${actor} made ${person} a moderator`;
    case 'dismissed':
      if (byThemselves) return byMe ? t`You are no longer a moderator` : t`${person} is no longer a moderator`;
      if (byMe) return t`You took the role of moderator from ${person}`;
      return aboutMe
        ? t`${actor} took the role of moderator from you`
        : t`${actor} took the role of moderator from ${person}`;
    case 'created':
      return byMe ? t`You created this room` : t`${actor} created this room`;
    case 'renamed': {
      if (entry.title.state !== 'open') return byMe ? t`You renamed this room` : t`${actor} renamed this room`;
      const title = entry.title.value;
      return byMe ? t`You renamed this room to “${title}”` : t`${actor} renamed this room to “${title}”`;
    }
    case 'key-changed':
      return t`The room’s keys were changed`;
  }
}
