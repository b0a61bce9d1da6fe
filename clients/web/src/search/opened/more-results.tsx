import type { SearchView } from '@cloister/sdk';
import { Trans } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { Button } from '../../ui/button.tsx';

/** Fetches older results when the end of the list comes into view, or on request. */
export function MoreResults({ view, count }: { view: SearchView; count: number }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (place.current === null || count === 0) return;
    const near = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) void view.more();
    });
    near.observe(place.current);
    return () => near.disconnect();
  }, [view, count]);
  return (
    <div ref={place}>
      <Button kind="quiet" onPress={() => void view.more()}>
        <Trans>Show older ones</Trans>
      </Button>
    </div>
  );
}
