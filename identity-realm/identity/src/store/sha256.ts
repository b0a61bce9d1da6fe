import { hash } from 'node:crypto';

/** SHA-256 of a text: how bearer secrets are kept, so that a copy of the database opens nothing. */
export const sha256 = (text: string): Buffer => hash('sha256', text, 'buffer');
