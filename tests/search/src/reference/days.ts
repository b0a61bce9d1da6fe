const dayMs = 86_400_000;

/** When a day (`2026-11-22`) begins and ends where the asker is: [from, until), ms. */
export function dayBounds(day: string, timeZone: string): { readonly from: number; readonly until: number } {
  return {
    from: midnight(Date.parse(`${day}T00:00:00Z`), timeZone),
    until: midnight(Date.parse(`${day}T00:00:00Z`) + dayMs, timeZone),
  };
}

/** The day it is there. */
export const dayAt = (ms: number, timeZone: string): string => wallClock(ms, timeZone).slice(0, 10);

/** The moment at which clocks there show what clocks at UTC show at `utc`; where they jump over it, the first after. */
function midnight(utc: number, timeZone: string): number {
  const offset = (at: number): number => Date.parse(`${wallClock(at, timeZone)}Z`) - at;
  const candidates = [utc - offset(utc - dayMs), utc - offset(utc + dayMs)];
  return Math.min(...candidates.filter((at) => at + offset(at) >= utc));
}

function wallClock(ms: number, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).formatToParts(ms);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`;
}
