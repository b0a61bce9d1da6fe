import { CloisterError } from '@cloister/wire';

/** The other end did what the rules of streams forbid: its link is given up (wires.md §13). */
export const strayed = (detail: string): CloisterError => new CloisterError('platform/stream-rules', { detail });
