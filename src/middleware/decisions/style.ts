/** The style of the page of decisions, in light and dark, from 320 pixels on. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #f6f5f2; --card: #fff; --ink: #23211e; --soft: #635d54; --line: #ddd8cf;
  --accent: #a63f24; --accent-ink: #fff; --good: #1f6b40; --good-bg: #dff0e4;
  --bad: #a3211a; --bad-bg: #fbe4e0; --calm: #ebe7df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --card: #1e2126; --ink: #ece7de; --soft: #a9a296; --line: #343840;
    --accent: #f09468; --accent-ink: #1b1412; --good: #85d6a5; --good-bg: #1b3526;
    --bad: #ff9f93; --bad-bg: #43221f; --calm: #2b2f36;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font:
    15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans',
    sans-serif;
}
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
a { color: inherit; text-decoration-color: var(--accent); text-underline-offset: 3px; }
code {
  font: 0.9em/1.4 ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace;
  overflow-wrap: anywhere;
}
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.about { margin: 0.3rem 0 1.1rem; color: var(--soft); font-size: 0.9rem; }
h1 + .about { display: flex; flex-wrap: wrap; gap: 0.1rem 1.1rem; }
.notice, .problems article {
  margin: 0 0 0.7rem; padding: 0.7rem 1.1rem; border-radius: 10px; background: var(--calm);
}

.state { display: flex; flex-wrap: wrap; gap: 0.6rem; margin: 0 0 1.1rem; }
.state div {
  flex: 1 1 auto; padding: 0.45rem 0.9rem; border: 1px solid var(--line); border-radius: 10px;
  background: var(--card);
}
.state dt { color: var(--soft); font-size: 0.78rem; }
.state dd { margin: 0; font-weight: 600; font-variant-numeric: tabular-nums; white-space: nowrap; }
.state .good dd { color: var(--good); }
.state .bad { background: var(--bad-bg); border-color: transparent; }
.state .bad dd { color: var(--bad); }

.problems .error { background: var(--bad-bg); }
.problems .error h2 { color: var(--bad); }
.problems h2 { margin: 0; font-size: 0.95rem; overflow-wrap: anywhere; }
.problems h2::first-letter { text-transform: uppercase; }
.problems p { margin: 0.15rem 0 0; overflow-wrap: anywhere; }

form {
  display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; margin: 1.1rem 0;
  font-size: 0.9rem; color: var(--soft);
}
input {
  font: inherit; width: 17rem; max-width: 100%; padding: 0.3rem 0.7rem;
  border: 1px solid var(--soft); border-radius: 8px; background: var(--card); color: var(--ink);
}
input[name='feature'] { width: 11rem; }
button {
  font: inherit; padding: 0.3rem 1rem; border: 0; border-radius: 8px; background: var(--accent);
  color: var(--accent-ink); cursor: pointer;
}
output { margin-left: auto; }

.decisions {
  border: 1px solid var(--line); border-radius: 10px; background: var(--card); overflow: hidden;
}
.row {
  display: grid;
  grid-template-columns:
    minmax(0, 2.2fr) 4rem minmax(0, 1fr) minmax(0, 1fr) minmax(0, 1.4fr) minmax(0, 1.5fr)
    6rem 5rem;
  gap: 0.8rem; align-items: center; padding: 0.42rem 1.1rem;
}
.row.head { color: var(--soft); font-size: 0.8rem; border-bottom: 1px solid var(--line); }
.row > span { overflow-wrap: anywhere; }
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary .name::before { content: '▸'; display: inline-block; width: 1.1em; color: var(--soft); }
details[open] summary .name::before { content: '▾'; }
details + details { border-top: 1px solid var(--line); }
summary:hover, details[open] { background: color-mix(in srgb, var(--accent) 6%, transparent); }
details:target { box-shadow: inset 4px 0 0 var(--accent); }
.name { font-weight: 600; }
.reason { color: var(--soft); font-size: 0.8rem; letter-spacing: 0.02em; }
.bucket { font-variant-numeric: tabular-nums; }
.pill {
  display: inline-block; min-width: 2.9rem; padding: 0.05rem 0.5rem; border-radius: 99px;
  font-size: 0.8rem; font-weight: 600; text-align: center;
}
.pill.on { background: var(--good-bg); color: var(--good); }
.pill.off { background: var(--calm); color: var(--soft); }
.tag {
  padding: 0.05rem 0.5rem; border-radius: 6px; background: var(--accent);
  color: var(--accent-ink); font-size: 0.75rem; white-space: nowrap;
}
.tag.warn { background: var(--bad-bg); color: var(--bad); }
.none { margin: 0; padding: 0.7rem 1.1rem; color: var(--soft); }

.why { padding: 0.1rem 1.1rem 0.9rem 2.2rem; font-size: 0.88rem; }
.why p { margin: 0.3rem 0; overflow-wrap: anywhere; }
.why ul { list-style: none; margin: 0; padding: 0; }
.why li {
  display: flex; flex-wrap: wrap; gap: 0.1rem 0.7rem; align-items: baseline; padding: 0.18rem 0;
}
.why .line { flex: 0 0 4.5rem; color: var(--soft); font-variant-numeric: tabular-nums; }
.why strong { font-weight: 500; color: var(--soft); }
.why .claimed strong { color: var(--good); font-weight: 700; }
.asked { padding: 0 0.55rem; border-radius: 6px; background: var(--calm); overflow-wrap: anywhere; }
.depth-1 code { margin-left: 1.2rem; }
.depth-2 code { margin-left: 2.4rem; }
.depth-3 code { margin-left: 3.6rem; }

@media (max-width: 56rem) {
  main { padding: 1rem; }
  .row.head { display: none; }
  /* Name and pill in columns that are the same in each row; the rest below, each with its name. */
  .row { grid-template-columns: minmax(0, 1fr) 3.5rem; gap: 0.1rem 0.7rem; padding: 0.5rem 0.9rem; }
  .row > span:nth-child(2) { text-align: right; }
  .row > span:nth-child(n + 3) { grid-column: 1 / -1; padding-left: 1.1em; }
  .row > span:nth-child(n + 3):empty { display: none; }
  .row > [data-label] { font-size: 0.88rem; }
  .row > [data-label]::before {
    content: attr(data-label) ' '; color: var(--soft); font-size: 0.8rem; letter-spacing: 0;
  }
  .why { padding: 0.1rem 0.9rem 0.8rem; }
  form label { display: flex; flex-wrap: wrap; gap: 0.3rem; align-items: center; flex: 1 1 100%; }
  form input, form input[name='feature'] { flex: 1 1 8rem; width: auto; min-width: 0; }
  output { margin-left: 0; flex: 1 1 100%; }
}
`
