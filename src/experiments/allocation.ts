import type { Asker } from '../core/asker'
import type { Contender, Refusal } from '../core/participation'
import type { Life } from '../core/selector'
import { hundredthOf } from '../hash/sha256'
import { byCodePoint } from './variants'

/** Decides whether an experiment may have a visitor who qualifies for it. */
export type Admission = (contender: Contender, allocation: Allocation) => Refusal | undefined

/**
 * Decides which experiments of one live config a visitor may be in; the answer does not depend on
 * the order of questions.
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
   * Whether this experiment is the visitor's owner in each of its domains (docs/spec/decide.md,
   * section 3).
   */
  ownsDomains({ experiment, domains }: Pick<Contender, 'experiment' | 'domains'>): boolean {
    return domains.every((domain) => this.ownerOf(domain) === experiment)
  }

  /**
   * The stateless limit (docs/spec/decide.md, section 5): of the experiments that the visitor
   * qualifies for and that own the visitor in their domains, the first `most` by priority and then
   * by hash.
   */
  refuses(contender: Contender, most: number, unit: string): Refusal | undefined {
    if (!this.ownsDomains(contender)) return 'domain_conflict'
    this.chosen ??= this.firstOf(most, unit)
    return this.chosen.has(contender.experiment) ? undefined : 'participation_limit'
  }

  /**
   * The owner of a visitor in a domain: the running experiment, among those that the visitor
   * qualifies for, with the highest priority, then the first by id.
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
