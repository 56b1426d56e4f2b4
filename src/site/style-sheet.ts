/** The style sheet of all pages. */
export const styleSheet = `:root {
  color-scheme: light dark;
  --background: #ffffff;
  --surface: #f8f9fa;
  --text: #202122;
  --quiet: #54595d;
  --border: #a2a9b1;
  --link: #3366cc;
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
    --link: #88a3e8;
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
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: var(--space); background: var(--background); padding: 0.5rem; }
header { border-bottom: 1px solid var(--border); }
nav { display: flex; gap: 1.5rem; }
nav a { display: inline-block; padding: 0.75rem 0; }
h1 { font-size: 1.75rem; line-height: 1.25; }
h2 { font-size: 1.25rem; }
code { font: 0.875em/1.5 ui-monospace, monospace; }
.notice, .deprecated {
  padding: 0.5rem var(--space);
  border-left: 4px solid var(--warning);
  background: var(--warning-surface);
}
form { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: var(--space) 0; }
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
.scroll { overflow-x: auto; margin: var(--space) 0; }
table { width: 100%; border-collapse: collapse; overflow-wrap: normal; }
caption { text-align: left; color: var(--quiet); padding-bottom: 0.5rem; }
th, td { padding: 0.5rem 0.75rem; border-bottom: 1px solid var(--border); text-align: left; vertical-align: top; }
thead th { background: var(--surface); white-space: nowrap; }
tbody th { font-weight: 600; white-space: nowrap; }
dt { color: var(--quiet); }
dd { margin: 0 0 0.75rem; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: var(--space); }
.tiles div { padding: 0.75rem; border: 1px solid var(--border); background: var(--surface); }
.tiles dd { margin: 0; font-size: 1.5rem; }
footer { margin-top: 3rem; border-top: 1px solid var(--border); color: var(--quiet); font-size: 0.875rem; }
`;
