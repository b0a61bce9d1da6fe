/**
 * What an event may carry. The name decides the shape: an `…Id` is a random id, an `…Ms` a duration, a `…Count` a whole
 * number, a `…Bytes` a size; the others are named one by one. Nothing here can hold a sentence, a name or an address.
 */
export type EventFields = {
  readonly [field: `${string}Id`]: string | null | undefined;
  readonly [field: `${string}Ms`]: number | undefined;
  readonly [field: `${string}Count`]: number | undefined;
  readonly [field: `${string}Bytes`]: number | undefined;
  /** Whole numbers, not negative. */
  readonly attempt?: number | undefined;
  readonly count?: number | undefined;
  readonly index?: number | undefined;
  readonly line?: number | undefined;
  readonly pid?: number | undefined;
  readonly port?: number | undefined;
  readonly position?: number | undefined;
  readonly seq?: number | undefined;
  readonly status?: number | undefined;
  readonly version?: number | undefined;
  readonly ok?: boolean | undefined;
  /** Words of our own code: error codes, verbs, states, route patterns. */
  readonly at?: string | undefined;
  readonly code?: string | undefined;
  readonly kind?: string | undefined;
  readonly method?: string | undefined;
  readonly operation?: string | undefined;
  readonly purpose?: string | undefined;
  readonly reason?: string | undefined;
  readonly route?: string | undefined;
  readonly signal?: string | undefined;
  readonly state?: string | undefined;
  /** A key server's host name, as in `kms://host`. */
  readonly kmsHost?: string | undefined;
};
