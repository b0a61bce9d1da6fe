import { CloisterError } from '@cloister/wire';

export const malformed = (detail: string): CloisterError => new CloisterError('seal/malformed', { detail });
