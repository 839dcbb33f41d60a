import { POINTS } from '../../core/bucketing'
import type { Decision } from '../../core/decision'
import type { Draw } from '../../core/trace'
import { ROLES } from '../../core/world'
import { HUNDREDTHS } from '../../hash/sha256'
import type { ExplainedStep } from '../../engine/explain'
import type { Questions } from '../../engine/questions'

/** A Decision about the visitor, and how it came about. */
export interface DecisionRow {
  readonly decision: Decision
  /** Into which bucket the visitor fell, of how many: `37 of 1000`. */
  readonly bucket: string | undefined
  readonly line: number | undefined
  readonly steps: readonly StepRow[]
}

export interface StepRow {
  /** How deep it stands in the entry. */
  readonly depth: number
  readonly path: string
  readonly line: number
  readonly outcome: ExplainedStep['outcome']
  /** What the visitor was asked, and answered. */
  readonly asked: readonly string[]
  readonly draw: string | undefined
}

/** Explaining records nothing: looking at the page puts nobody into an experiment. */
export function rowOf(name: string, questions: Questions): DecisionRow {
  const { decision, position, steps } = questions.explain(name)
  return {
    decision,
    bucket: drawnFor(decision) ?? firstDraw(steps),
    line: position?.line,
    steps: steps.flatMap((step) => stepRows(step, 0)),
  }
}

/** The names whose row has every word of a search: in the name, or in what the row says. */
export function namesFound(
  names: readonly string[],
  questions: Questions,
  search: string,
): readonly string[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return names
  return names.filter((name) => {
    const { enabled, variant, reason, selector } = questions.decide(name)
    const said = [name, enabled ? 'on' : 'off', variant, reason, selector].join(' ').toLowerCase()
    return words.every((word) => said.includes(word))
  })
}

function stepRows(step: ExplainedStep, depth: number): StepRow[] {
  const { path, line, outcome, asked, draw, steps } = step
  const row: StepRow = {
    depth,
    path,
    line,
    outcome,
    asked: asked.map(({ question, answer }) => `${question}: ${shown(question, answer)}`),
    draw: draw && inWords(draw),
  }
  return [row, ...steps.flatMap((inner) => stepRows(inner, depth + 1))]
}

const inWords = (draw: Draw): string =>
  `${draw.unit} falls into bucket ${bucketOf(draw)}: ${draw.test}: ${draw.passed ? 'yes' : 'no'}`

function firstDraw(steps: readonly ExplainedStep[]): string | undefined {
  for (const { draw, steps: inner } of steps) {
    const found = draw ? bucketOf(draw) : firstDraw(inner)
    if (found !== undefined) return found
  }
  return undefined
}

const R2_BUCKETS = 1000

function drawnFor({ assignment, rule }: Decision): string | undefined {
  // A sticky assignment has no bucket of this request.
  if (assignment?.bucket === undefined) return undefined
  if (rule) return ofBuckets(assignment.bucket, 1)
  return ofBuckets(assignment.bucket, BUCKETS_OF[assignment.hash ?? 'r2'])
}

const BUCKETS_OF = { r2: R2_BUCKETS, sha256: HUNDREDTHS, stable: POINTS } as const

/** A rule draws a number from 0 to 1; the test of anything else begins with its bucket or point. */
function bucketOf({ bucket, test }: Draw): string {
  if (!/^(?:bucket|point)\b/.test(test)) return ofBuckets(bucket, 1)
  return ofBuckets(bucket, Number(/ of (\d+)\b/.exec(test)?.[1] ?? R2_BUCKETS))
}

const ofBuckets = (bucket: number, of: number): string =>
  `${of === 1 ? Number(bucket.toFixed(4)) : bucket} of ${of}`

/** What liveflag reads of an account. The rest of it, such as a password's hash, stays away. */
const OF_ACCOUNT = ['id', 'name', ...Object.values(ROLES)]

/** An answer of the application may be anything. */
function shown(question: string, answer: unknown): string {
  if (answer === undefined) return 'none'
  try {
    return JSON.stringify(answer, question === 'user' ? OF_ACCOUNT : undefined) ?? typeof answer
  } catch {
    return typeof answer
  }
}
