/** The part of a search that keeps to one room: a quote in a title cannot be written, and need not be to find it. */
export const inRoom = (title: string): string => `in:"${title.replaceAll(/["“”„‟«»＂]/gu, ' ')}" `;
