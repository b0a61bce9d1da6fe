import { trackingIdOf } from '@cloister/http';
import { type CloisterError, toErrorBody, toSealedErrorBody } from '@cloister/wire';
import type { FastifyRequest } from 'fastify';
import { SealedRefusal } from '../change/sealed-refusal.ts';

/** Errors as the published protocol prescribes them (kms.md §1.7, docs/wires.md §3). */
export const errorShape = (error: CloisterError, request: FastifyRequest) => ({
  body:
    error instanceof SealedRefusal
      ? toSealedErrorBody(error.sealed, trackingIdOf(request))
      : toErrorBody(error, trackingIdOf(request)),
});
