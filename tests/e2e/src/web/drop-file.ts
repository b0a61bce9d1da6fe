import type { WebPerson } from './web-person.ts';

/** Drops a file on the open room, as from the desktop. */
export const dropFile = ({ composer }: WebPerson, name: string, type: string, base64: string): Promise<void> =>
  composer.evaluate(
    (field, file) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(file.base64), (character) => character.charCodeAt(0));
      data.items.add(new File([bytes], file.name, { type: file.type }));
      field.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    },
    { name, type, base64 },
  );
