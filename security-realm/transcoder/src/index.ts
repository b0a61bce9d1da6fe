/**
 * Turns documents shared in rooms into page images, inside the organisation's own realm and under its switch.
 * Never learns a main key or a person's name, listens on no network, and lets no document reach one.
 * @see docs/wires.md, "Functions, machines and transcoding"; architecture.md §5 and §6 of the shared design
 */
export { type Conversion, type ConvertOptions, convert } from './convert.ts';
export { defaultLimits, type Limits } from './limits.ts';
export type { PageImage } from './pages/page-image.ts';
