/** What JSON can say. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;

/** A JSON object, kept as received. */
export interface JsonObject {
  readonly [member: string]: JsonValue | undefined;
}
