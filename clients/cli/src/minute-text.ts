/** A moment as a person reads it in a line: day, hour and minute, of the time zone that the text is in (UTC on the wire). */
export const minuteText = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
