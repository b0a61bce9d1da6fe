const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const ID = new RegExp(`^(?:${UUID.source}|[0-9a-f]{64})$`);
const WORD = /^[A-Za-z0-9][A-Za-z0-9/_.:*-]{0,79}$/;
const ROUTE = /^\/[A-Za-z0-9/_.:*()-]{0,119}$/;
const HOST = /^(?=.{1,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*(?::\d{1,5})?$/;

const NUMBERS = new Set(['attempt', 'count', 'index', 'line', 'pid', 'port', 'position', 'seq', 'status', 'version']);
const WORDS = new Set(['at', 'code', 'kind', 'method', 'operation', 'purpose', 'reason', 'signal', 'state']);

/** The value as it may be written, or undefined when name or shape is not on the list. */
export function allowedField(name: string, value: unknown): string | number | boolean | null | undefined {
  if (!/^[a-z][A-Za-z0-9]{0,39}$/.test(name)) return undefined;
  // A tracking id's prefix is the client's choice and may hold anything; its UUID is enough to follow a request.
  if (name === 'trackingId') return typeof value === 'string' ? UUID.exec(value)?.[0] : undefined;
  if (name.endsWith('Id')) return value === null ? null : text(value, ID);
  if (name.endsWith('Ms')) return typeof value === 'number' && value >= 0 ? Math.round(value * 1000) / 1000 : undefined;
  if (NUMBERS.has(name) || name.endsWith('Count') || name.endsWith('Bytes')) {
    return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
  }
  if (name === 'ok') return typeof value === 'boolean' ? value : undefined;
  if (name === 'route') return word(value, ROUTE);
  if (name === 'kmsHost') return text(value, HOST);
  return WORDS.has(name) ? word(value, WORD) : undefined;
}

/** A word of our own code names nothing that has an id: an address would pass for one. */
function word(value: unknown, shape: RegExp): string | undefined {
  const kept = text(value, shape);
  return kept === undefined || UUID.test(kept) ? undefined : kept;
}

function text(value: unknown, shape: RegExp): string | undefined {
  return typeof value === 'string' && shape.test(value) ? value : undefined;
}
