/** How somebody waits: until `enough`, unless they are `gone`; who is gone is given nothing. */
export interface Patience {
  readonly enough: AbortSignal;
  readonly gone: AbortSignal;
}
