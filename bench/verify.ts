import { KINDS, VARIANTS, namesOf } from './workloads'
import type { Contender } from './contender'
import type { Flag, Kind, Workloads } from './workloads'

const FLAGS_PER_KIND = 4

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`answers are not plausible: ${what}`)
}

const near = (share: number, wanted: number): boolean => Math.abs(share - wanted) < 0.02

/**
 * On/off and lists have one right answer; a draw has a share, and nobody is drawn who is not signed
 * in.
 */
class Verification<Context> {
  constructor(
    private readonly contender: Contender<Context>,
    private readonly workloads: Workloads,
  ) {}

  flag(flag: Flag): void {
    if (flag.kind === 'experiment') return this.experiment(flag.name, flag.percentPerVariant / 100)
    if (flag.kind === 'rollout') return this.rollout(flag.name, flag.percent / 100)
    this.everyone((context, i) => {
      const user = this.workloads.visitors[i]?.user
      const wanted =
        flag.kind === 'on-off'
          ? flag.on
          : Boolean(user && (user.gold || flag.users.includes(user.name)))
      check(
        this.contender.isEnabled(context, flag.name) === wanted,
        `${flag.name} for visitor ${i}`,
      )
    })
  }

  /** Lists are short and users many, so make sure that the listed are met. */
  listed(flag: Flag): void {
    if (flag.kind !== 'list') return
    const visitor = this.workloads.visitors.find(
      ({ user }) => user !== null && user.name === flag.users[0],
    )
    check(
      visitor !== undefined && this.contender.isEnabled(this.contender.request(visitor), flag.name),
      `${flag.name} for its first user`,
    )
  }

  private rollout(name: string, wanted: number): void {
    const { signedIn, others } = this.count((context) => this.contender.isEnabled(context, name))
    check(
      near(signedIn, wanted) && others === 0,
      `${name} is on for ${signedIn} of users, for ${others} of others`,
    )
  }

  private experiment(name: string, wanted: number): void {
    const arms = [...VARIANTS, undefined]
    for (const arm of arms) {
      const { signedIn, others } = this.count(
        (context) => this.contender.variant(context, name) === arm,
      )
      const share = arm === undefined ? 1 - wanted * VARIANTS.length : wanted
      check(near(signedIn, share), `${name} gives ${arm} to ${signedIn} of users`)
      check(others === (arm === undefined ? 1 : 0), `${name} gives ${arm} to ${others} of others`)
    }
  }

  private count(isCounted: (context: Context) => boolean): { signedIn: number; others: number } {
    const counts = { in: 0, out: 0, signedIn: 0, others: 0 }
    this.everyone((context, i) => {
      const signedIn = this.workloads.visitors[i]?.user !== null
      counts[signedIn ? 'signedIn' : 'others']++
      if (isCounted(context)) counts[signedIn ? 'in' : 'out']++
    })
    return { signedIn: counts.in / counts.signedIn, others: counts.out / counts.others }
  }

  /**
   * Requests are not kept: V8 would learn that they live long, and it is wrong about that
   * everywhere else.
   */
  private everyone(visit: (context: Context, i: number) => void): void {
    this.workloads.visitors.forEach((visitor, i) => visit(this.contender.request(visitor), i))
  }
}

/** Throws unless the contender answers as it should; nothing is measured before that. */
export function verify<Context>(contender: Contender<Context>, workloads: Workloads): void {
  const verification = new Verification(contender, workloads)
  const some = (kind: Kind): Flag[] => {
    const names = new Set(namesOf(workloads.flags, kind).slice(0, FLAGS_PER_KIND))
    return workloads.flags.filter(({ name }) => names.has(name))
  }
  for (const flag of KINDS.flatMap(some)) verification.flag(flag)
  for (const flag of workloads.flags) verification.listed(flag)
}
