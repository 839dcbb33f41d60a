import type { Asker } from '../core/asker'
import type { Contender, Refusal } from '../core/participation'
import type { Life } from '../core/selector'
import { hundredthOf } from '../hash/sha256'
import { byCodePoint } from './variants'

/** Judges whether an experiment that its visitor qualifies for may have them. */
export type Admission = (contender: Contender, allocation: Allocation) => Refusal | undefined

/**
 * The experiments of one live config, and which of them an asker may be in; the same whatever is
 * asked first.
 */
export class Allocation {
  private readonly owners = new Map<string, string | undefined>()
  private readonly wanting = new Map<Life, boolean>()
  private chosen: ReadonlySet<string> | undefined

  constructor(
    /** All experiments with a life. */
    private readonly lives: readonly Life[],
    private readonly asker: Asker,
    private readonly now: number,
  ) {}

  /**
   * Whether each of its domains gives the asker to an experiment that qualifies
   * (docs/spec/decide.md, section 3).
   */
  ownsDomains({ experiment, domains }: Pick<Contender, 'experiment' | 'domains'>): boolean {
    return domains.every((domain) => this.ownerOf(domain) === experiment)
  }

  /**
   * The stateless limit (docs/spec/decide.md, section 5): of the experiments that the asker
   * qualifies for and whose domains give them the asker, the first `most` by priority and then by
   * hash.
   */
  refuses(contender: Contender, most: number, unit: string): Refusal | undefined {
    if (!this.ownsDomains(contender)) return 'domain_conflict'
    this.chosen ??= this.firstOf(most, unit)
    return this.chosen.has(contender.experiment) ? undefined : 'participation_limit'
  }

  /**
   * Of the running experiments of a domain that the asker qualifies for: the highest priority, then
   * the first by id.
   */
  private ownerOf(domain: string): string | undefined {
    if (!this.owners.has(domain)) {
      const [first] = this.lives
        .filter((life) => life.domains.includes(domain) && this.wants(life))
        .sort(byPriority)
      this.owners.set(domain, first?.experiment)
    }
    return this.owners.get(domain)
  }

  private firstOf(most: number, unit: string): ReadonlySet<string> {
    const rank = (life: Life): { life: Life; hash: number } => ({
      life,
      hash: hundredthOf(unit, life.experiment, 'limit'),
    })
    const ranked = this.lives.filter((life) => this.wants(life) && this.ownsDomains(life)).map(rank)
    ranked.sort(
      (a, b) =>
        b.life.priority - a.life.priority ||
        a.hash - b.hash ||
        byCodePoint(a.life.experiment, b.life.experiment),
    )
    return new Set([...new Set(ranked.map(({ life }) => life.experiment))].slice(0, most))
  }

  private wants(life: Life): boolean {
    const known = this.wanting.get(life)
    if (known !== undefined) return known
    const wants = life.statusAt(this.now) === 'running' && life.qualifies(this.asker)
    this.wanting.set(life, wants)
    return wants
  }
}

const byPriority = (a: Contender, b: Contender): number =>
  b.priority - a.priority || byCodePoint(a.experiment, b.experiment)
