import { useCallback, useEffect, useState } from 'react';
import { type Fault, faultOf } from './fault.ts';
import { type Ready, type Started, start } from './start.ts';
import { navigate } from './use-route.ts';

/** Where the page stands before the rooms can be shown. */
export type Stage =
  | { stage: 'starting' }
  | { stage: 'signed-out'; signIn: () => Promise<void> }
  | { stage: 'failed'; fault: Fault; again: () => void }
  | { stage: 'ready'; ready: Ready };

// React's strict mode runs effects twice; a sign-in code works once. The page starts once.
let starting: Promise<Started> | undefined;

/** Starts the page and follows the session: when it ends, the page is signed out. */
export function useStart(): Stage {
  const [stage, setStage] = useState<Stage>({ stage: 'starting' });
  const begin = useCallback(async () => {
    setStage({ stage: 'starting' });
    try {
      starting ??= start((path) => navigate(path, { replace: true }));
      const started = await starting;
      if (started.signedIn) setStage({ stage: 'ready', ready: started.ready });
      else setStage({ stage: 'signed-out', signIn: started.signIn });
    } catch (error) {
      starting = undefined;
      setStage({ stage: 'failed', fault: faultOf(error), again: () => void begin() });
    }
  }, []);
  useEffect(() => void begin(), [begin]);
  useEffect(() => {
    const online = () => stage.stage === 'ready' && stage.ready.client.reconnect();
    window.addEventListener('online', online);
    return () => window.removeEventListener('online', online);
  }, [stage]);
  return stage;
}
