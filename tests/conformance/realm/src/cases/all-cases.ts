import { atHome } from './at-home.ts';
import type { Case } from './case.ts';
import { channels } from './channels.ts';
import { connecting } from './connecting.ts';
import { elsewhere } from './elsewhere.ts';
import { keys } from './keys.ts';
import { leavers } from './leavers.ts';
import { links } from './links.ts';
import { meeting } from './meeting.ts';
import { moderators } from './moderators.ts';
import { operations } from './operations.ts';
import { streams } from './streams.ts';

/** In the order in which they run: the first needs a realm that has just started, the last stops it. */
export const allCases: readonly Case[] = [
  ...connecting,
  ...channels,
  ...keys,
  ...operations,
  ...moderators,
  ...leavers,
  ...meeting,
  ...atHome,
  ...elsewhere,
  ...streams,
  ...links,
];
