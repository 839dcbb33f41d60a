import { type Audit, audit as auditOf, type Finding, isClean } from '../../analysis/audit'
import { whole } from '../../analysis/figures'
import { Output, printable } from '../output'
import { openRecords, readTime } from '../records'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'

export interface AuditFlags {
  readonly store?: string
  readonly since?: string
  readonly json?: boolean
}

/** `liveflag audit`: draws every recorded assignment again. */
export async function audit(flags: AuditFlags, terminal: Terminal): Promise<ExitCode> {
  const now = terminal.now()
  const since = flags.since === undefined ? undefined : readTime('--since', flags.since, now)
  const store = await openRecords(flags.store ?? terminal.env.LIVEFLAG_STORE)
  try {
    const found = await auditOf(store, {
      now: now.getTime(),
      ...(since !== undefined && { since }),
    })
    const output = new Output(terminal)
    if (flags.json) output.document({ clean: isClean(found), ...found })
    else output.lines(auditLines(found, output))
    // An audit of nothing says nothing: the store may be another than the application's.
    if (isEmpty(found)) output.complain(nothingText(flags))
    return isClean(found) && !isEmpty(found) ? OK : PROBLEMS
  } finally {
    await store.close()
  }
}

const isEmpty = (found: Audit): boolean => found.rows === 0 && isClean(found)

const nothingText = ({ since }: AuditFlags): string =>
  `there is nothing to audit: no exposure or decision was recorded${since === undefined ? ' in this store' : ` since ${since}`}`

/** Those of which there are some, each with the words for one and for many. */
const lines = (
  list: readonly (readonly [count: number, one: string, many: string])[],
): readonly string[] =>
  list
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${whole(count)} ${count === 1 ? one : many}`)

/** What nothing is wrong with. */
const fineLines = ({ same, undrawn, unmarked }: Audit): readonly string[] =>
  lines([
    [same, 'is as its entry draws it', 'are as their entry draws them'],
    [
      undrawn,
      'has nothing to draw: it assigns nobody, or a variant that was kept',
      'have nothing to draw: they assign nobody, or a variant that was kept',
    ],
    [
      unmarked,
      'says no entry: it is older than the ledger, or of another program',
      'say no entry: they are older than the ledger, or of another program',
    ],
  ])

/** What names something that is not there. */
const lostLines = ({ orphans }: Audit): readonly string[] =>
  lines([
    [
      orphans.conversions,
      'conversion names a decision that is not there',
      'conversions name a decision that is not there',
    ],
    [
      orphans.assignments,
      'assignment has no decision that made it',
      'assignments have no decision that made them',
    ],
    [
      orphans.domains,
      'reservation of a domain has no assignment',
      'reservations of domains have no assignment',
    ],
    [
      orphans.signIns,
      'sign-in is of a user who was never exposed',
      'sign-ins are of users who were never exposed',
    ],
  ])

function auditLines(found: Audit, { paint }: Pick<Output, 'paint'>): readonly string[] {
  const { rows, problems, findings } = found
  const total = problems.differs + problems['unknown-config'] + problems.future
  const listed = findings.reduce((sum, one) => sum + one.rows, 0)
  return [
    rows === 1 ? '1 exposure or decision' : `${whole(rows)} exposures and decisions`,
    ...fineLines(found).map((line) => `  ${line}`),
    ...findings.map((finding) => paint.red(findingText(finding))),
    ...(listed < total ? [paint.red(`and ${whole(total - listed)} more`)] : []),
    ...lostLines(found).map((line) => paint.red(`ORPHANS: ${line}`)),
    ...(isClean(found) && rows > 0 ? [paint.green('Nothing is wrong with them.')] : []),
  ]
}

function findingText({ problem, row, rows, drawn }: Finding): string {
  const { decisionId, unit, experiment, variant, bucket, revision, at } = row
  const which = decisionId === null ? `exposure of ${unit}` : `decision ${decisionId} of ${unit}`
  const what = printable(
    `${which} in ${experiment ?? 'no experiment'}, ${new Date(at).toISOString()}`,
  )
  const short = (revision ?? '').slice(0, 12)
  if (problem === 'future') return `FUTURE: ${what}`
  if (problem === 'unknown-config') {
    const others = rows === 1 ? '' : ` and ${whole(rows - 1)} more`
    return `UNKNOWN CONFIG: ${what}${others}: the entry ${short} is not kept`
  }
  const was = printable(`${variant ?? 'no variant'}, bucket ${bucket ?? 'unknown'}`)
  const is = drawn
    ? printable(`${drawn.variant}, bucket ${drawn.bucket ?? 'unknown'}`)
    : 'no variant'
  return `DIFFERS: ${what}: it is ${was}, and the entry ${short} draws ${is}`
}
