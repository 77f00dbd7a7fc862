/** The look of both pages: no font, image or sheet from elsewhere; light or dark as the system is. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: light-dark(#1d2330, #e4e7ee);
  --quiet: light-dark(#616a7d, #98a1b3);
  --paper: light-dark(#fbfbf9, #12151c);
  --card: light-dark(#ffffff, #191d26);
  --line: light-dark(#e3e3dd, #2a303d);
  --accent: light-dark(#3d4fd1, #93a0ff);
  --get: light-dark(#1f7a4d, #5fd39a);
  --post: light-dark(#3d4fd1, #93a0ff);
  --patch: light-dark(#9a6200, #e8b45a);
  --delete: light-dark(#b3352b, #ff8f84);
  --code: light-dark(#f3f3ee, #0d1016);
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, monospace;
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.6 ui-sans-serif, system-ui, "Segoe UI", Roboto, sans-serif; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
h1, h2, h3 { line-height: 1.25; letter-spacing: -0.01em; }
h1 { font-size: 2rem; margin: 0 0 .5rem; }
h2 { font-size: 1.35rem; margin: 3.5rem 0 .25rem; }
h3 { font-size: 1.05rem; margin: 0; }
h4 { font-size: .75rem; margin: 1.5rem 0 .5rem; text-transform: uppercase; letter-spacing: .06em; color: var(--quiet); }
p { margin: .5rem 0; }
code, pre, textarea, .path { font-family: var(--mono); font-size: .85em; }
code { background: var(--code); border-radius: 4px; padding: .1em .35em; }
pre { margin: 0; padding: .9rem 1rem; background: var(--code); border: 1px solid var(--line); border-radius: 8px;
  overflow: auto; max-height: 26rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
.key { color: var(--accent); } .string { color: var(--get); } .literal { color: var(--patch); }
.quiet { color: var(--quiet); }
.layout { display: grid; grid-template-columns: 15rem minmax(0, 1fr); max-width: 84rem; margin: 0 auto; }
nav { position: sticky; top: 0; align-self: start; height: 100vh; overflow: auto; padding: 2rem 1rem 2rem 1.5rem;
  border-right: 1px solid var(--line); font-size: .9rem; }
nav .name { font-weight: 700; font-size: 1.1rem; color: var(--ink); }
nav h4 { margin: 1.5rem 0 .25rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: .5rem; align-items: baseline; padding: .2rem 0; color: var(--ink); }
main { padding: 2rem 2rem 6rem; min-width: 0; }
.method { font: 700 .68rem/1 var(--mono); letter-spacing: .04em; padding: .3em .5em; border-radius: 5px;
  border: 1px solid currentColor; }
nav .method { border: 0; padding: 0; width: 3.1rem; flex: none; }
.GET { color: var(--get); } .POST { color: var(--post); } .PUT, .PATCH { color: var(--patch); } .DELETE { color: var(--delete); }
.operation { border: 1px solid var(--line); background: var(--card); border-radius: 12px; margin: 1.25rem 0; padding: 1.4rem 1.5rem 1.6rem; }
.operation header { display: flex; flex-wrap: wrap; gap: .7rem; align-items: center; }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 0 2rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
td, th { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
tr:first-child > td, tr:first-child > th { border-top: 0; }
td:first-child { white-space: nowrap; }
td p { margin: 0; }
.required { color: var(--delete); font-size: .75rem; }
details { border-top: 1px solid var(--line); }
summary { cursor: pointer; padding: .5rem 0; }
details[open] > summary { margin-bottom: .4rem; }
form { display: grid; gap: .6rem; }
.fields { display: grid; grid-template-columns: repeat(auto-fill, minmax(9rem, 1fr)); gap: .6rem; }
label { display: grid; gap: .15rem; font-size: .78rem; color: var(--quiet); }
input, textarea { width: 100%; padding: .45rem .6rem; border: 1px solid var(--line); border-radius: 7px; background: var(--paper);
  color: var(--ink); font: .85rem/1.5 var(--mono); }
textarea { resize: vertical; }
form details { border: 0; }
input:focus, textarea:focus, button:focus-visible, a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
button { justify-self: start; padding: .5rem 1.1rem; border: 0; border-radius: 7px; background: var(--accent); color: var(--paper);
  font: 600 .9rem ui-sans-serif, system-ui, sans-serif; cursor: pointer; }
button[disabled] { opacity: .5; cursor: default; }
.answer[hidden] { display: none; }
.status { font: 600 .8rem var(--mono); } .good { color: var(--get); } .bad { color: var(--delete); }
.hero { max-width: 60rem; margin: 0 auto; padding: 4rem 1.5rem; }
.hero .lead { font-size: 1.15rem; max-width: 42rem; }
.links { display: flex; flex-wrap: wrap; align-items: center; gap: 1.2rem; margin: 1.2rem 0 2.5rem; }
.links .button { padding: .5rem 1.1rem; border-radius: 7px; background: var(--accent); color: var(--paper); font-weight: 600; }
.cards { display: grid; gap: 1.25rem; }
.card { border: 1px solid var(--line); background: var(--card); border-radius: 12px; padding: 1.4rem 1.5rem; }
.card .step { color: var(--accent); font: 700 .8rem var(--mono); }
.card > p { margin-top: .2rem; color: var(--quiet); }
@media (max-width: 62rem) {
  .layout { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  .columns { grid-template-columns: minmax(0, 1fr); }
  main { padding: 1.5rem 1.25rem 4rem; }
}
`;
