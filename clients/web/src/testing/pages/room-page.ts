import { roomPath } from '../../app/route.ts';
import { roomId } from '../entries.ts';

/** The address of the scene's full room, and of a quiet one. */
export const roomPage = roomPath(roomId(1));
export const quietRoomPage = roomPath(roomId(4));
