import type { Session } from '@cloister/sdk';
import { createContext, use } from 'react';

const SessionContext = createContext<Session | undefined>(undefined);

/** Gives everything below the signed-in session. */
export const SessionProvider = SessionContext;

/** The signed-in session. */
export function useSession(): Session {
  const session = use(SessionContext);
  if (session === undefined) throw new TypeError('useSession outside SessionProvider');
  return session;
}
