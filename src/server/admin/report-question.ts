import { lengthOf, momentOf } from '../../analysis/asked-figures'
import type { ReportQuestion } from '../../analysis/experiment-report'
import { LiveflagError } from '../../core/errors'

/** The parameters of a report: those of `liveflag experiment`, and `again` of one that is open. */
export const REPORT_QUERY = [
  'by',
  'conversion',
  'control',
  'since',
  'until',
  'window',
  'stitch',
  'segment',
  'again',
].map((name) => ({ name, in: 'query' as const, schema: { type: 'string' } }))

/**
 * Reads what a report is asked for. A parameter that is empty counts as left out.
 *
 * @throws {LiveflagError} LIVEFLAG_BAD_OPTION for a parameter that is not valid
 */
export function reportQuestion(
  query: URLSearchParams,
  base: Pick<ReportQuestion, 'experiment' | 'metrics'> & { readonly now: number },
): ReportQuestion {
  const asked = (name: string): string | undefined => query.get(name) || undefined
  const moment = (name: string): number | undefined => momentIn(name, asked(name), base.now)
  const by = asked('by')
  if (by !== undefined && by !== 'unit' && by !== 'decision')
    throw bad('by is not valid; send unit or decision')
  const [from, to] = [moment('since'), moment('until')]
  if (from !== undefined && to !== undefined && from >= to)
    throw bad('since is not before until; exchange the two')
  const windowMs = lengthOf('window', asked('window'))
  const [conversion, control, segment] = ['conversion', 'control', 'segment'].map(asked)
  return {
    ...base,
    span: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
    ...(by && { by }),
    ...(windowMs !== undefined && { windowMs }),
    ...(asked('stitch') === 'true' && { stitch: true }),
    ...(asked('again') === 'true' && { isAgain: true }),
    ...(conversion !== undefined && { conversion }),
    ...(control !== undefined && { control }),
    ...(segment !== undefined && { segment }),
  }
}

/** A program may send milliseconds. */
function momentIn(name: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  return /^\d{12,14}$/.test(text) ? Number(text) : momentOf(name, text, now)
}

const bad = (message: string): LiveflagError => new LiveflagError('LIVEFLAG_BAD_OPTION', message)
