/**
 * Serves one organisation's web client and Control Hub under a strict content security policy.
 * It never learns a key, a token, a message or a name of a person, and connects to nothing.
 * @see docs/wires.md §1; https://www.w3.org/TR/CSP3/
 */
export { type AppConfig, appConfig, type Site } from './config.ts';
export type { ClientConfig } from './domain/client-config.ts';
export { type App, openApp } from './open-app.ts';
