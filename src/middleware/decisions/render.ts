import { createHash } from 'node:crypto'
import { counted } from '../../core/counted'
import type { Problem } from '../../core/problem'
import type { SnapshotInfo } from '../../engine/snapshot-info'
import { type Markup, markup, type Part } from './markup'
import type { DecisionRow, StepRow } from './rows'
import { STYLE } from './style'
import type { VisitorFacts } from './visitor'

/** What is on the page of decisions. */
export interface DecisionsView {
  readonly visitor: VisitorFacts
  /** False: no middleware has run, so nobody in particular is shown. */
  readonly isOfRequest: boolean
  readonly snapshot: SnapshotInfo
  readonly rows: readonly DecisionRow[]
  /** How many features the search found, and how many there are. */
  readonly found: number
  readonly all: number
  readonly search: string
  /** The feature whose row is open. */
  readonly opened: string
  /** What `?feature=` forces. */
  readonly forced: string
}

/** The page has no script, and its style is known by its hash: nothing else is loaded or run. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  // The address may have a signed link in it.
  'Referrer-Policy': 'no-referrer',
  'X-Robots-Tag': 'noindex',
}

export function pageOf(view: DecisionsView): string {
  const { visitor, snapshot } = view
  const { problems } = snapshot
  const beforeStyle = markup`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Decisions for ${visitor.called}</title>
  <style>`
  const afterStyle = markup`</style>
</head>
<body>
<main>
  <h1>Decisions for <bdi>${visitor.called}</bdi></h1>
  <p class="about">${visitor.facts.map(fact)}<span>Looking records nothing.</span></p>
  ${!view.isOfRequest && NOBODY}
  ${state(snapshot)}
  ${problems.length > 0 && problemList(snapshot)}
  ${form(view)}
  ${list(view)}
</main>
</body>
</html>
`
  // The style is ours, and must stay as it is: the policy has its hash.
  return beforeStyle.text + STYLE + afterStyle.text
}

const NOBODY = markup`<p class="notice">This page is not behind liveflag’s middleware, so it
  shows what a visitor gets who is signed out and unknown.</p>`

const fact = ([name, value]: readonly [string, string]): Markup =>
  markup`<span>${name} <code><bdi>${value}</bdi></code></span> `

function state(snapshot: SnapshotInfo): Markup {
  const { status, generation, ageMs, loadedAt, names, problems, hash } = snapshot
  const time = loadedAt.toISOString()
  const cell = (name: string, value: Markup | string | number, kind = ''): Markup =>
    markup`<div class="${kind}"><dt>${name}</dt><dd>${value}</dd></div>`
  return markup`<dl class="state">
    ${cell('status', status, status === 'READY' ? 'good' : 'bad')}
    ${cell('generation', generation)}
    ${cell('confirmed', ageMs === undefined ? 'never' : `${(ageMs / 1000).toFixed(1)} s ago`)}
    ${cell('loaded', markup`<time datetime="${time}">${time.slice(11, 19)} UTC</time>`)}
    ${cell('features', names.length)}
    ${cell('problems', problems.length, problems.length === 0 ? 'good' : 'bad')}
    ${cell('hash', markup`<code>${hash.slice(0, 10)}</code>`)}
  </dl>`
}

const problemList = (snapshot: SnapshotInfo): Markup =>
  markup`<section class="problems" aria-label="Problems">
    ${snapshot.problems.map((problem) => problemOf(problem, snapshot))}
  </section>`

function problemOf(problem: Problem, { heldBack, rejected }: SnapshotInfo): Markup {
  const { severity, code, feature, message, source, line, column } = problem
  const place = [source, line, column].filter((part) => part !== undefined).join(':')
  const effect =
    feature === undefined
      ? severity === 'error' && 'everything stays as it was'
      : (heldBack.includes(feature) && 'its last good version is in force') ||
        (rejected.includes(feature) && 'it never had a good version, so it is off')
  return markup`<article class="${severity}">
    <h2>${severity} <code>${code}</code>${feature !== undefined && linkTo(feature)}</h2>
    <p>${message}</p>
    <p class="about">${place}${effect && ` · ${effect}`}</p>
  </article>`
}

/** On the same page, wherever it is mounted. */
function linkTo(feature: string): Markup {
  const name = encodeURIComponent(feature)
  return markup` in <a href="?why=${name}#${name}"><bdi>${feature}</bdi></a>`
}

const form = ({ search, forced, found, all, rows }: DecisionsView): Markup =>
  markup`<form role="search">
    <label>Search <input type="search" name="q" value="${search}" maxlength="200"
      placeholder="name, on, off, variant, selector" autocomplete="off"></label>
    <label>Ask with <code>?feature=</code> <input name="feature" value="${forced}"
      maxlength="200" autocomplete="off"></label>
    <button>Show</button> <a href="?">Show all</a>
    <output>${count(found, all, rows.length)}</output>
  </form>`

function count(found: number, all: number, listed: number): string {
  const which = found === all ? counted(all, 'feature') : `${found} of ${counted(all, 'feature')}`
  return listed < found
    ? `${which}, of which the first ${listed} are listed; search for others`
    : which
}

const HEADS = ['feature', 'enabled', 'variant', 'value', 'reason', 'selector', 'bucket', ''].map(
  (head) => markup`<span>${head}</span>`,
)

const list = ({ rows, opened }: DecisionsView): Markup =>
  markup`<section class="decisions" aria-label="Decisions">
    <div class="row head" aria-hidden="true">${HEADS}</div>
    ${rows.map((row) => rowOf(row, row.decision.feature === opened))}
    ${rows.length === 0 && markup`<p class="none">There is no such feature.</p>`}
  </section>`

const rowOf = (row: DecisionRow, isOpen: boolean): Markup =>
  markup`<details id="${row.decision.feature}"${isOpen && markup` open`}>
      ${summary(row)}
      <div class="why">${why(row)}</div>
    </details>`

function summary({ decision, bucket }: DecisionRow): Markup {
  const { feature, enabled, variant, value, reason, selector, forced, heldBack } = decision
  const state = enabled ? 'on' : 'off'
  const cell = (label: string, content: Part): Markup =>
    markup`<span class="${label}" data-label="${label}">${content}</span>`
  const tags = [
    forced && markup`<span class="tag">forced</span>`,
    heldBack && markup`<span class="tag warn">last good</span>`,
  ]
  return markup`<summary class="row">
        <span class="name"><bdi>${feature}</bdi></span>
        <span><span class="pill ${state}">${state}</span></span>
        ${cell('variant', variant !== undefined && markup`<bdi>${variant}</bdi>`)}
        ${cell('value', value !== undefined && markup`<code>${JSON.stringify(value)}</code>`)}
        ${cell('reason', reason)}
        ${cell('selector', selector !== undefined && markup`<code>${selector}</code>`)}
        ${cell('bucket', bucket)}
        <span class="tags">${tags}</span>
      </summary>`
}

function why({ decision: { error, forced }, line, steps }: DecisionRow): Markup {
  const place = line !== undefined && `, by line ${line}`
  const said =
    (error && markup`<p><strong>${error.code}</strong> ${error.message}</p>`) ??
    (forced && markup`<p>Forced for this request.</p>`) ??
    (steps.length === 0 && markup`<p>Nothing to ask: this is the same for everybody${place}.</p>`)
  return markup`${said}<ul>${steps.map(stepOf)}</ul>`
}

const stepOf = ({ depth, path, line, outcome, asked, draw }: StepRow): Markup =>
  markup`<li class="depth-${Math.min(depth, 3)} ${outcome.replaceAll(' ', '-')}">
    <span class="line">line ${line}</span> <code>${path}</code> <strong>${outcome}</strong>
    ${[...asked, ...(draw ? [draw] : [])].map((one) => markup`<span class="asked">${one}</span> `)}
  </li>`
