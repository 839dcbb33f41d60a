import type { Compat } from '../core/selector'
import type { World } from '../core/world'
import type { Features } from '../engine/features'
import type { Questions } from '../engine/questions'
import { type AskedTimes, timesOfVersions } from './asked-times'
import { type Closure, closureOf } from './closure'
import { classesOf, KnownClasses, type VisitorClass } from './impact-classes'
import { PlannedDraws, type SegmentsAt, segmentsOf } from './impact-draws'
import { newCompilers, PlannedSide } from './planned-side'

/** What of a live config is asked: `openFeatures` opens one, and `trial` makes one. */
export type Asked = Pick<Features, 'revision' | 'definition' | 'experiments' | 'now'> & {
  readonly snapshot: Pick<Features['snapshot'], 'names'>
  for(world: World): Pick<Questions, 'decide'>
}

/** The entries that answers of a feature depend on, before and after, made ready to be asked. */
export interface Compared {
  readonly sides: readonly PlannedSide[]
  readonly draws: PlannedDraws
  readonly segments: SegmentsAt
  readonly classes: readonly VisitorClass[]
  /** When it is asked, in milliseconds since 1970. */
  readonly at: number
  readonly times: AskedTimes
}

/**
 * What two live configs are compared by. Experiments of one domain depend on the same entries: these are compiled
 * once for all of them, as each would take as long as all of them together.
 */
export class ComparedClosures {
  private readonly compilers = newCompilers()
  private readonly classes = new KnownClasses()
  private readonly shared = new Map<string, Compared | string>()
  private readonly at: number

  constructor(
    private readonly before: Asked,
    private readonly after: Asked,
  ) {
    this.at = after.now()
  }

  /** A text says why the feature's answers cannot be enumerated. */
  of(name: string): Compared | string {
    const closures = [this.before, this.after].map((side) => sorted(closureOf([name], side)))
    const isShared = closures.some(({ size }) => size > 1)
    const { compat } = this.before.definition(name) ?? this.after.definition(name) ?? NOWHERE
    if (!isShared) return this.compare(closures, compat)
    const key = JSON.stringify([compat, ...closures.map((closure) => [...closure.keys()])])
    const compared = this.shared.get(key) ?? this.compare(closures, compat)
    this.shared.set(key, compared)
    return compared
  }

  private compare(closures: readonly Closure[], compat: Compat): Compared | string {
    const draws = new PlannedDraws()
    const sides = closures.map((closure) => new PlannedSide(closure, draws, this.compilers))
    const [side] = sides
    if (side === undefined || sides.some(({ isBroken }) => isBroken))
      return 'its entry cannot be read'
    const versions = sides.flatMap((one) => one.versions)
    const classes = classesOf(versions, side, this.classes)
    if (typeof classes === 'string') return classes
    const { at } = this
    const times = timesOfVersions(versions, compat, at)
    const segments = segmentsOf(versions, compat)
    return { sides, draws, segments, classes, at, times }
  }
}

/** So that one closure is the same wherever it was begun. */
const sorted = (closure: Closure): Closure =>
  new Map([...closure].sort(([a], [b]) => (a < b ? -1 : Number(a > b))))

const NOWHERE = { compat: 'liveflag' } as const
