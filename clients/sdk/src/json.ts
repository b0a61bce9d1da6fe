/** A JSON object of unknown members. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is UnknownRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member when it is a string, else `undefined`. */
export const textOf = (value: unknown, member: string): string | undefined => {
  const found = isRecord(value) ? value[member] : undefined;
  return typeof found === 'string' ? found : undefined;
};

/** A member when it is a finite number, else `undefined`. */
export const numberOf = (value: unknown, member: string): number | undefined => {
  const found = isRecord(value) ? value[member] : undefined;
  return typeof found === 'number' && Number.isFinite(found) ? found : undefined;
};
