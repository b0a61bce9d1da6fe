import { hash } from 'node:crypto';

/** The look of identity's pages: calm, system fonts, one card, light and dark by the system's choice. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #14161a);
  --card: light-dark(#ffffff, #1d2026);
  --ink: light-dark(#1b1f26, #eceef2);
  --quiet: light-dark(#565d6a, #a9b0bd);
  --line: light-dark(#868e9c, #6c7482);
  --accent: light-dark(#2456c9, #8fb2ff);
  --on-accent: light-dark(#ffffff, #10192e);
  --fault: light-dark(#a5192b, #ff9aa5);
  --fault-ground: light-dark(#fdeff0, #3a1f24);
}
* { box-sizing: border-box; }
body {
  margin: 0; min-block-size: 100vh; min-block-size: 100dvh; display: grid; grid-template-rows: 1fr auto; justify-items: center;
  background: var(--ground); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Hiragino Sans", "Noto Sans JP", sans-serif;
  line-break: strict; overflow-wrap: anywhere;
}
:lang(ja) { word-break: auto-phrase; }
main { align-self: center; inline-size: min(100% - 2rem, 25rem); margin-block: 2rem; padding: 2rem; background: var(--card); border-radius: 1rem;
  box-shadow: 0 1px 2px rgb(0 0 0 / 12%), 0 8px 32px rgb(0 0 0 / 8%); }
.product { margin: 0; color: var(--quiet); font-size: .875rem; font-weight: 600; letter-spacing: .02em; }
h1 { margin: .25rem 0 1rem; font-size: 1.5rem; line-height: 1.3; }
p { margin: 0 0 1rem; }
label { display: block; margin-block: 1rem .375rem; font-weight: 600; }
.hint, .note { color: var(--quiet); font-size: .875rem; }
.hint { margin: .375rem 0 0; }
.note { margin: 1.5rem 0 0; }
input { inline-size: 100%; min-block-size: 2.75rem; padding: .5rem .75rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: .5rem; }
input[aria-invalid="true"] { border-color: var(--fault); }
button { inline-size: 100%; min-block-size: 2.75rem; margin-block-start: 1.5rem; padding: .5rem 1rem; font: inherit; font-weight: 600;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: .5rem; cursor: pointer; }
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
