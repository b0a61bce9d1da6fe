import { refusalOf } from '@cloister/kms-channel';
import { CloisterError, type ErrorCode, type KmsResponse } from '@cloister/wire';

/** A key server's authentic refusal, with what it says beside the code. */
export class Refusal extends CloisterError {
  readonly said: KmsResponse['cloister'];

  constructor(code: ErrorCode, said: KmsResponse['cloister']) {
    super(code);
    this.said = said;
  }

  /** The refusal in an answer, or undefined when it is none. */
  static in(response: KmsResponse): Refusal | undefined {
    const refusal = refusalOf(response);
    return refusal === null ? undefined : new Refusal(refusal.code, response.cloister);
  }
}
