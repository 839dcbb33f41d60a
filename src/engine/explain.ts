import { Asker, type AskerOptions } from '../core/asker'
import type { Decision } from '../core/decision'
import type { SignedLink } from '../core/link'
import type { Status } from '../core/participation'
import type { Position, Problem } from '../core/problem'
import type { RuleContext } from '../core/rule-context'
import type { Step } from '../core/selector'
import type { Draw, StepOutcome, Trace } from '../core/trace'
import type { World } from '../core/world'
import { missing, type Snapshot, type SourceEntry } from '../live-config/snapshot'

/** One selector of the entry, as the walk reached it. */
export interface ExplainedStep extends Position {
  readonly selector: string
  /** The way to it in the entry: `experiment.loggedin`. */
  readonly path: string
  readonly outcome: Exclude<StepOutcome, 'named nothing'> | 'not reached'
  /** The questions that it asked the World, with the answers. */
  readonly asked: readonly { readonly question: string; readonly answer: unknown }[]
  readonly draw?: Draw
  /** Selectors within it: an experiment's eligibility, a gate. */
  readonly steps: readonly ExplainedStep[]
}

/** A Decision and how it came about. */
export interface Explanation {
  readonly decision: Decision
  readonly source?: string
  /** The place of the entry. */
  readonly position?: Position
  /** The place of the selector that decided. */
  readonly decidedAt?: Position
  readonly steps: readonly ExplainedStep[]
  /** The signed link that forced the answer: for whom it is, until when, and which key signed it. */
  readonly link?: SignedLink
  /** Of an experiment with a life: what it was when the question was asked. */
  readonly status?: Status
  /**
   * Set when the newest text was refused: the answer is that of an older content, so each step has
   * the place of the entry instead of its own.
   */
  readonly heldBack?: { readonly generation: number; readonly problems: readonly Problem[] }
}

/** Decides once more with a Trace; the Decision is the one that isEnabled would read. */
export function explain(
  name: string,
  world: World,
  snapshot: Snapshot,
  options: AskerOptions,
  rules: RuleContext,
): Explanation {
  const installed = snapshot.find(name)
  const place = snapshot.placeOf(name)
  const found = place && { source: place.source, position: place.entry.position }
  if (!installed || !place) return { decision: missing(name, snapshot), ...found, steps: [] }
  const isOtherText = installed.heldBack && !snapshot.item(name)?.isOverridden
  const trace = new Steps(place, isOtherText)
  const asker = new Asker(world, options)
  asker.trace = trace
  asker.rules = rules
  const { decision } = installed.replyTo(asker)
  const steps = trace.withUnreached(installed.feature.steps)
  const claimed = steps.find((step) => step.outcome === 'claimed')
  const held = installed.heldBack && snapshot.item(name)
  const status = installed.feature.life?.statusAt(rules.participation.now())
  const heldBack = held && { generation: held.version?.generation ?? 0, problems: held.problems }
  return {
    decision,
    ...found,
    ...(status && { status }),
    ...(heldBack && { heldBack }),
    ...(claimed && { decidedAt: { line: claimed.line, column: claimed.column } }),
    steps,
  }
}

type Located = Pick<Step, 'selector' | 'path'>

interface Frame {
  readonly step: Located
  readonly asked: { question: string; answer: unknown }[]
  readonly steps: ExplainedStep[]
  draw?: Draw
}

class Steps implements Trace {
  private readonly open: Frame[] = []
  private readonly done: ExplainedStep[] = []

  constructor(
    private readonly place: SourceEntry,
    private readonly heldBack: boolean,
  ) {}

  enter(step: Located, asker: { forget(): void }): void {
    asker.forget()
    this.open.push({ step, asked: [], steps: [] })
  }

  leave(outcome: StepOutcome): void {
    const frame = this.open.pop()
    if (!frame || outcome === 'named nothing') return
    const { step, asked, steps, draw } = frame
    const inner = this.open.at(-1)?.steps ?? this.done
    inner.push({ ...this.describe(step), outcome, asked, steps, ...(draw && { draw }) })
  }

  drew(draw: Draw): void {
    const frame = this.open.at(-1)
    if (frame) frame.draw = draw
  }

  asked(question: string, answer: unknown): void {
    this.open.at(-1)?.asked.push({ question, answer })
  }

  /** The steps in the order of precedence, those after the deciding one included. */
  withUnreached(steps: readonly Step[]): readonly ExplainedStep[] {
    return steps.map((step) => {
      const path = step.path.join('.')
      const met = this.done.filter((step) => step.path === path)
      return (
        met.find(({ outcome }) => outcome === 'claimed' || outcome === 'ended its stage') ??
        met.at(-1) ?? { ...this.describe(step), outcome: 'not reached', asked: [], steps: [] }
      )
    })
  }

  private describe({ selector, path }: Located): Position & { selector: string; path: string } {
    const { entry } = this.place
    return {
      selector,
      path: path.join('.'),
      ...(this.heldBack ? entry.position : entry.locate(path, 'key')),
    }
  }
}
