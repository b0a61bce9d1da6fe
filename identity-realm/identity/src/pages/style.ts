import { hash } from 'node:crypto';

/** The look of identity's pages, with the web client's colours: calm, system fonts, one card, light and dark by the system's choice. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f1ea, #121514);
  --card: light-dark(#fdfcfa, #171a19);
  --edge: light-dark(#e4dfd4, #2c3230);
  --ink: light-dark(#1e2522, #e6eae7);
  --quiet: light-dark(#5a625d, #a0aaa4);
  --line: light-dark(#84837a, #76817b);
  --accent: light-dark(#1d6a50, #7ccaa8);
  --accent-hover: light-dark(#17573f, #93d8ba);
  --on-accent: light-dark(#ffffff, #0e1f18);
  --fault: light-dark(#a5342a, #f0958b);
  --fault-ground: light-dark(#fbebe8, #35201d);
}
* { box-sizing: border-box; }
body {
  margin: 0; min-block-size: 100vh; min-block-size: 100dvh; display: grid; grid-template-rows: 1fr auto; justify-items: center;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", sans-serif;
  line-break: strict; overflow-wrap: anywhere;
}
:lang(ja) { word-break: auto-phrase; }
main { align-self: center; inline-size: min(100% - 2rem, 25rem); margin-block: 2rem; padding: 2.25rem 2rem; background: var(--card);
  border: 1px solid var(--edge); border-radius: 1.25rem; }
.product { display: flex; align-items: center; gap: .625rem; margin: 0 0 1.5rem; font-size: 1.125rem; font-weight: 650; letter-spacing: -.01em; }
.product rect { fill: var(--accent); }
.product path { fill: none; stroke: var(--on-accent); stroke-width: 2; stroke-linecap: round; }
h1 { margin: 0 0 1rem; font-size: 1.375rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
label { display: block; margin-block: 1rem .375rem; font-weight: 600; }
.hint, .note { color: var(--quiet); font-size: .875rem; }
.hint { margin: .375rem 0 0; }
.note { margin: 1.5rem 0 0; }
input { inline-size: 100%; min-block-size: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .5rem; }
input[aria-invalid="true"] { border-color: var(--fault); }
button { inline-size: 100%; min-block-size: 2.75rem; margin-block-start: 1.5rem; padding: .5rem 1rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .5rem; cursor: pointer; }
button:not(.second):hover { background: var(--accent-hover); }
button.second { margin-block-start: .75rem; color: var(--accent); background: transparent; border-color: var(--line); }
:is(input, button, a):focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.fault { margin: 0 0 1rem; padding: .75rem 1rem; color: var(--fault); background: var(--fault-ground); border-radius: .5rem; }
footer { padding: 1rem; font-size: .875rem; }
footer ul { display: flex; gap: 1.25rem; margin: 0; padding: 0; list-style: none; }
footer a { display: inline-block; padding: .25rem; color: var(--accent); }
footer [aria-current] { display: inline-block; padding: .25rem; color: var(--quiet); }
@media (forced-colors: active) { main, button { border: 1px solid; } }
`;

/** Its address changes with its content, so browsers may keep it for good. */
export const stylePath = `/idbroker/assets/style-${hash('sha256', style, 'base64url').slice(0, 16)}.css`;
