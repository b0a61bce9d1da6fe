import type { UserId } from '@cloister/wire';
import type { Person } from '../store/people.ts';
import type { StatusStatement } from '../store/status-log.ts';

type Stated = Pick<Person, 'id' | 'organisationId' | 'active' | 'roles'>;

/** What the realms are told of a person, and who made it so. Of the roles they need the administrator's only. */
export const personStatement = ({ id, organisationId, active, roles }: Stated, by?: UserId): StatusStatement => ({
  kind: 'person',
  id,
  organisationId,
  active,
  ...(roles.includes('full-admin') ? { roles: ['full-admin'] } : {}),
  ...(by === undefined ? {} : { by: { kind: 'person', id: by } }),
});

/** Whether the realms would be told the same of both. */
export const statesTheSame = (one: Stated, other: Stated): boolean =>
  one.active === other.active && one.roles.includes('full-admin') === other.roles.includes('full-admin');
