const DAY_MS = 24 * 3600 * 1000;

/** "purge 30 d exactly" (byok.md §4.2, R032). */
export const UNDELETE_MS = 30 * DAY_MS;
/** How long a retired key stays in the hsm; the article gives no value (R044), backups want a day at least. */
export const RETIRED_MS = 7 * DAY_MS;
/** "re-encrypt the active CMK at least once a year" (R034). */
export const REMIND_AFTER_MS = 365 * DAY_MS;
