import type { Session, SessionOptions } from './session.ts';
import { TokenSession } from './token-session.ts';

/** Takes up the session the store remembers; `undefined` when there is none. It asks no server. */
export const resumeSession = (options: SessionOptions): Promise<Session | undefined> => TokenSession.resume(options);
