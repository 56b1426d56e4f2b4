/** The part of the style sheet that a plot needs. */
export const plotStyle = `:root { --axis: #54595d; --grid: #c8ccd1; --workloads: #3366cc; --tools: #9f5b00; --removal: #bf3c2c; }
@media (prefers-color-scheme: dark) {
  :root { --axis: #a2a9b1; --grid: #404244; --workloads: #88a3e8; --tools: #edb537; --removal: #fd7865; }
}
.plot { display: block; width: 100%; max-width: 28rem; }
.plot text { fill: var(--axis); font: 11px system-ui, sans-serif; }
.plot line, .plot path { fill: none; stroke-width: 1.5; }
.plot .grid line { stroke: var(--grid); stroke-width: 1; }
.plot .workloads path { stroke: var(--workloads); }
.plot .workloads circle { fill: var(--workloads); }
.plot .tools path { stroke: var(--tools); stroke-dasharray: 4 2; }
.plot .tools circle { fill: var(--tools); }
.plot .removal line { stroke: var(--removal); stroke-dasharray: 2 2; }
.plot .removal text { fill: var(--removal); }
`;

/** The style sheet of all pages. */
export const styleSheet = `${plotStyle}:root {
  color-scheme: light dark;
  --background: #ffffff;
  --surface: #f8f9fa;
  --text: #202122;
  --quiet: #54595d;
  --border: #a2a9b1;
  --line: #dadde3;
  --link: #3056a9;
  --warning: #886425;
  --warning-surface: #fdf2d5;
  --space: 1rem;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #101418;
    --surface: #202122;
    --text: #eaecf0;
    --quiet: #a2a9b1;
    --border: #72777d;
    --line: #3a3f45;
    --link: #a3bdf5;
    --warning: #edb537;
    --warning-surface: #2d2212;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 72rem;
  padding: 0 var(--space);
  background: var(--background);
  color: var(--text);
  font: 1rem/1.6 system-ui, sans-serif;
  overflow-wrap: anywhere;
}
a { color: var(--link); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: var(--space); background: var(--background); padding: 0.5rem; }
header { border-bottom: 1px solid var(--border); }
nav { display: flex; flex-wrap: wrap; gap: 0 1.5rem; }
nav p { margin: 0; padding: 0.75rem 0; }
nav a { display: inline-block; padding: 0.75rem 0; }
nav a[aria-current] { color: inherit; font-weight: 600; text-decoration: none; box-shadow: inset 0 -3px var(--link); }
h1 { font-size: 1.75rem; line-height: 1.25; }
h2 { font-size: 1.25rem; margin: 2rem 0 var(--space); }
code { font: 0.875em/1.5 ui-monospace, monospace; }
.notice, .deprecated {
  padding: 0.5rem var(--space);
  border-left: 4px solid var(--warning);
  background: var(--warning-surface);
}
form { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: var(--space) 0; max-width: 40rem; }
label { flex-basis: 100%; }
input, button {
  min-height: 2.75rem;
  padding: 0 0.75rem;
  border: 1px solid var(--border);
  border-radius: 2px;
  background: var(--background);
  color: var(--text);
  font: inherit;
}
input { flex: 1 1 12rem; min-width: 0; }
button { background: var(--surface); cursor: pointer; }
.scroll { overflow-x: auto; margin: 1.5rem 0; }
table { width: 100%; border-collapse: collapse; overflow-wrap: normal; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.5rem; }
th, td { padding: 0.5rem 0.75rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { background: var(--surface); border-color: var(--border); white-space: nowrap; }
thead th[aria-sort] a { color: inherit; }
thead th[aria-sort=ascending]::after { content: ' ↑'; }
thead th[aria-sort=descending]::after { content: ' ↓'; }
tbody th { font-weight: 600; }
tbody th, td code { white-space: nowrap; }
.advice code { white-space: normal; }
dt { color: var(--quiet); }
dd { margin: 0 0 0.75rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: var(--space); }
.tiles div { display: flex; flex-direction: column; padding: 0.75rem; border: 1px solid var(--line); background: var(--surface); }
.tiles dd { margin: auto 0 0; font-size: 1.5rem; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr)); gap: var(--space); }
figure { margin: var(--space) 0; }
.plots figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; }
summary { padding: 0.5rem 0; color: var(--quiet); cursor: pointer; }
footer { margin-top: 3rem; border-top: 1px solid var(--border); color: var(--quiet); font-size: 0.875rem; }
@media (min-width: 40rem) {
  .facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1.5rem; }
  .facts dd { margin: 0; }
}
@media (max-width: 39.99rem) {
  .scroll { overflow-x: visible; }
  table, caption, thead, tbody, tr, tbody th, td { display: block; }
  table { overflow-wrap: anywhere; }
  thead tr { display: flex; flex-wrap: wrap; background: var(--surface); }
  thead th { border: 0; }
  thead th:not(:has(a)) { display: none; }
  tbody tr { padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  tbody th, td { padding: 0; border: 0; }
  tbody th, td code { white-space: normal; }
  td { display: flex; align-items: baseline; gap: 0.75rem; }
  td::before { content: attr(data-name); flex: 0 0 7rem; color: var(--quiet); overflow-wrap: normal; }
}
`;

/** Two layers, as images have them. Without an icon browsers ask for one that is not there. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">
<path fill="#a2a9b1" d="M2 9l6 3 6-3v2l-6 3-6-3z"/>
<path fill="#3366cc" d="M8 2l6 3-6 3-6-3z"/>
</svg>
`;
