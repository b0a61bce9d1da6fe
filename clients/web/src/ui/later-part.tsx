import { type ComponentType, lazy, type ReactElement, useState } from 'react';

/** A part of the page that is loaded when it is shown, or ahead of that. */
export interface LaterPart<Props extends object> {
  readonly Part: (props: Props) => ReactElement;
  /** Loads it, because it may be shown soon; what fails is tried again when it is shown. */
  readonly ahead: () => void;
}

/** What was loaded ahead shows at once. `lazy` alone suspends even then, and React keeps what stands in for it for 300 ms. */
export function laterPart<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): LaterPart<Props> {
  let loaded: ComponentType<Props> | undefined;
  const Later = lazy<ComponentType<Props>>(load);
  return {
    Part: (props) => {
      const [Shown] = useState<ComponentType<Props>>(() => loaded ?? Later);
      return <Shown {...props} />;
    },
    ahead: () => {
      load().then(
        (part) => {
          loaded = part.default;
        },
        () => {},
      );
    },
  };
}
