import type { AnchorHTMLAttributes, MouseEvent } from 'react';
import { navigate } from '../app/use-route.ts';

/** A link within the application: a real address, followed without loading the page again. */
export function Link({
  to,
  ...props
}: Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'onClick'> & { to: string }) {
  const follow = (event: MouseEvent) => {
    // Other buttons and modifiers are the browser's: new tab, new window, download.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a {...props} href={to} onClick={follow} />;
}
