/** A check value as people compare it: eight groups of four hex digits. */
export const formatCheck = (check: string): string => (check.match(/.{1,4}/g) ?? []).join(' ');
