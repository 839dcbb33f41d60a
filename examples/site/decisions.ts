/** Every Decision about a visitor, and how it came about, as rows of a page. */
import type { Decision, Draw, ExplainedStep, Questions, SnapshotInfo } from 'liveflag'

export interface DecisionRow {
  readonly decision: Decision
  /**
   * Of 1000, or of 100 for a share of visitors who are not signed in; the variant's, or that of a
   * share that was drawn.
   */
  readonly bucket: number | undefined
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

/** Explaining records nothing: looking at this page puts nobody into an experiment. */
export function decisionRows(
  names: readonly string[],
  questions: Questions,
): readonly DecisionRow[] {
  return names.map((name) => {
    const { decision, position, steps } = questions.explain(name)
    return {
      decision,
      bucket: decision.assignment?.bucket ?? firstDraw(steps)?.bucket,
      line: position?.line,
      steps: steps.flatMap((step) => stepRows(step, 0)),
    }
  })
}

/**
 * Features that the config names: those in force, and those that were refused and never had a good
 * version.
 */
export const namesOf = ({ names, rejected }: SnapshotInfo): readonly string[] =>
  [...new Set([...names, ...rejected])].sort()

function stepRows(step: ExplainedStep, depth: number): StepRow[] {
  const { path, line, outcome, asked, draw, steps } = step
  const row: StepRow = {
    depth,
    path,
    line,
    outcome,
    asked: asked.map(({ question, answer }) => `${question}: ${shown(answer)}`),
    draw:
      draw &&
      `${draw.unit} falls into bucket ${draw.bucket}: ${draw.test}: ${draw.passed ? 'yes' : 'no'}`,
  }
  return [row, ...steps.flatMap((inner) => stepRows(inner, depth + 1))]
}

function firstDraw(steps: readonly ExplainedStep[]): Draw | undefined {
  for (const { draw, steps: inner } of steps) {
    const found = draw ?? firstDraw(inner)
    if (found) return found
  }
  return undefined
}

const shown = (answer: unknown): string => (answer === undefined ? 'none' : JSON.stringify(answer))
