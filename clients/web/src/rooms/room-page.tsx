import type { RoomView } from '@cloister/sdk';
import { useState } from 'react';
import { Composer } from '../composer/composer.tsx';
import { DropArea } from '../composer/drop-area.tsx';
import { EditingProvider } from '../composer/editing-context.tsx';
import { StagedFilesProvider } from '../composer/staged-files-context.tsx';
import { ConnectionBanner } from '../connection/connection-banner.tsx';
import { PeoplePanel } from '../people/people-panel.tsx';
import { remember, remembered } from '../state/remembered.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { RoomHeader } from './room-header.tsx';
import styles from './room-page.module.css';
import { UnexplainedReaders } from './unexplained-readers.tsx';
import { useRoomTitle } from './use-room-title.ts';

/** One open room; at the entry of a position, if there is one. */
export function RoomPage({ room, position }: { room: RoomView; position: number | undefined }) {
  const title = useRoomTitle(room);
  const [panel, setPanel] = useState(() => remembered('people-panel') === 'open');
  const showPanel = (open: boolean) => {
    remember('people-panel', open ? 'open' : 'closed');
    setPanel(open);
  };
  return (
    <EditingProvider>
      <StagedFilesProvider>
        <main className={styles.room} aria-label={title}>
          <RoomHeader room={room} title={title} panelOpen={panel} onPanel={() => showPanel(!panel)} />
          <ConnectionBanner />
          <UnexplainedReaders room={room} />
          <DropArea>
            <Timeline room={room} position={position} />
            <Composer room={room} title={title} />
          </DropArea>
        </main>
        {panel && <PeoplePanel room={room} onClose={() => showPanel(false)} />}
      </StagedFilesProvider>
    </EditingProvider>
  );
}
