import { useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';

/** Runs one act at a time and tells whether it is under way and how it failed. */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const run = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setFault(undefined);
    try {
      await act();
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { run, busy, fault };
}
