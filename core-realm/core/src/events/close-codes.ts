/** kms.md §3.5: what published clients do depends on the code. */
export const closeCodes = {
  goingAway: 1001,
  internalError: 1011,
  replaced: 4000,
  badRequest: 4400,
  notAuthorized: 4401,
  forbidden: 4403,
} as const;
