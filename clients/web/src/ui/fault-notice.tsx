import type { Fault } from '../app/fault.ts';
import { useFaultText } from '../app/fault-text.tsx';
import { Notice } from './notice.tsx';

/** Says what failed and what one can do; nothing when nothing failed. */
export function FaultNotice({ fault }: { fault: Fault | undefined }) {
  const textOf = useFaultText();
  return (
    <div role="alert">
      {fault && (
        <Notice kind="danger" icon="alert">
          {textOf(fault)}
        </Notice>
      )}
    </div>
  );
}
