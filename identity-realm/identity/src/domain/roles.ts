/** What a person may do in their organisation. Everyone is a member; anything more is listed. */
export type Role = 'member' | 'full-admin';

/** Acts that need more than being signed in. */
export type Act = 'list-people' | 'invite' | 'change-people' | 'manage-functions' | 'manage-cases' | 'manage-domains';

// Default deny: an act that a role does not list is refused.
const allowed: Readonly<Record<Role, readonly Act[]>> = {
  member: [],
  'full-admin': ['list-people', 'invite', 'change-people', 'manage-functions', 'manage-cases', 'manage-domains'],
};

/** Whether any of the roles lists the act. */
export const mayDo = (roles: readonly Role[], act: Act): boolean => roles.some((role) => allowed[role].includes(act));
