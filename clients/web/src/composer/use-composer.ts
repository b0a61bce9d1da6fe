import type { RoomView } from '@cloister/sdk';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { type Fault, faultOf } from '../app/fault.ts';
import { useClient, useSnapshot, useTimeline } from '../state/client-context.tsx';
import { lastEditable } from '../timeline/entry-rights.ts';
import { composerAct } from './composer-key.ts';
import { useDrafts } from './drafts-context.tsx';
import { useEditing } from './editing-context.tsx';
import { useStagedFiles } from './staged-files-context.tsx';

/** What the composer of a room does; the component only shows it. */
export function useComposer(room: RoomView) {
  const client = useClient();
  const drafts = useDrafts();
  const { me } = useSnapshot();
  const view = useTimeline(room.id);
  const { editing, edit, stop } = useEditing();
  const { staged, unstage, clear } = useStagedFiles();
  const [draft, setDraft] = useState(() => drafts.get(room.id));
  const [change, setChange] = useState('');
  const [fault, setFault] = useState<Fault>();
  useEffect(() => {
    if (editing?.content.state === 'open') setChange(editing.content.value.text);
  }, [editing]);

  const text = editing ? change : draft;
  const setText = (typed: string) => {
    setFault(undefined);
    if (editing) return setChange(typed);
    setDraft(typed);
    drafts.set(room.id, typed);
  };
  const canSend = text.trim() !== '' || (!editing && staged.length > 0);

  const saveEdit = async () => {
    if (editing?.content.state !== 'open') return;
    const { id } = editing;
    const unchanged = editing.content.value.text === text.trim();
    stop();
    if (!unchanged) await client.edit(room.id, id, { text: text.trim() });
  };
  const sendNew = async () => {
    const message = text.trim() === '' ? undefined : { text: text.trim() };
    const files = staged.map(({ file }) => ({ name: file.name, blob: file }));
    setText('');
    clear();
    // Files that fail on their way say so where they stand in the room, with a button to try again.
    if (files.length > 0) await client.upload(room.id, files, message && { message }).catch(() => {});
    else if (message) await client.send(room.id, message);
  };
  const send = async () => {
    if (!canSend) return;
    try {
      await (editing ? saveEdit() : sendNew());
    } catch (error) {
      setFault(faultOf(error));
    }
  };
  const cancel = () => {
    if (editing) stop();
    else clear();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { isComposing, keyCode } = event.nativeEvent;
    const { key, shiftKey, altKey, ctrlKey, metaKey } = event;
    const press = { key, shiftKey, altKey, ctrlKey, metaKey, isComposing, keyCode };
    const act = composerAct(press, { empty: text === '', busy: editing !== undefined || staged.length > 0 });
    if (act === 'none') return;
    event.preventDefault();
    event.stopPropagation();
    if (act === 'send') void send();
    if (act === 'cancel') cancel();
    if (act === 'edit-last') {
      const last = lastEditable(view.entries, me.id);
      if (last) edit(last);
    }
  };
  return { text, setText, canSend, send, cancel, onKeyDown, editing, staged, unstage, fault };
}
