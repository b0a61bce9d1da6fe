/**
 * Where the unread marker stands: after which position entries of others count as new. It is set when the person comes
 * to the room or back to the page, stays while they read, and goes on Escape.
 */
export type UnreadMarker = number | undefined;

export type UnreadMarkerEvent =
  | { event: 'came'; unread: number; readPosition: number }
  | { event: 'went-away'; newest: number | undefined }
  | { event: 'dismissed' };

/** The marker after an event. */
export function moveUnreadMarker(marker: UnreadMarker, happened: UnreadMarkerEvent): UnreadMarker {
  switch (happened.event) {
    case 'came':
      return happened.unread > 0 ? happened.readPosition : undefined;
    case 'went-away':
      return happened.newest ?? marker;
    case 'dismissed':
      return undefined;
  }
}
