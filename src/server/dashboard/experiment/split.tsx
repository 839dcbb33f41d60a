import type { ComponentChildren } from 'preact'
import type { ExperimentView } from '../../admin/contract'
import { seriesColor } from '../parts/colors'
import { count, many, percent, probabilityText } from '../parts/figures'
import { VariantName } from '../parts/variant-name'
import { dayText } from './times'

type Report = ExperimentView['report']
type Verdicts = Report['sampleRatio']['verdict']

const WORDS: Readonly<Record<Verdicts, readonly [kind: string, title: string, words: string]>> = {
  mismatch: [
    'bad',
    'The split is broken.',
    'The units are not split as the entries that decided say; chance does not do this. Find out why before you read anything else.',
  ],
  'no-mismatch': [
    'good',
    'No mismatch found.',
    'The observed shares can be a draw by the expected ones.',
  ],
  incomplete: [
    'warn',
    'No verdict on the split.',
    'No mismatch was found, but records are missing or wrong, so that says nothing.',
  ],
  'too-few': [
    '',
    'Too few units to judge the split.',
    'Of so few, no split at all would be a mismatch. Wait for more.',
  ],
  'nothing-to-test': ['', 'There is no split to test.', 'Fewer than two variants have a share.'],
}

/** Whether the units are split as they should be: the test, then variant by variant. */
export const Split = ({ view: { report, mismatch } }: { readonly view: ExperimentView }) => (
  <>
    {report.gaps.nothing === null && <SplitTest report={report} mismatch={mismatch} />}
    <div class="scroll" role="region" aria-label="Shares by variant" tabIndex={0}>
      <table class="table">
        <SplitHead isOfSome={testsSome(report)} />
        <tbody>
          {report.variants.map((one, index) => (
            <VariantRow
              key={one.variant}
              one={one}
              index={index}
              total={testedOf(report)}
              isOfSome={testsSome(report)}
            />
          ))}
        </tbody>
      </table>
    </div>
    {report.littleLeft.map(({ variant, units, estimated, until }) => (
      <div key={variant} class="notice warn">
        <p>
          <strong>
            {count(estimated)} of {many(units, 'unit')}
          </strong>{' '}
          of <code>{variant}</code> {estimated === 1 ? 'is' : 'are'} in estimates, because an edit
          moved the others. For the figures of before it, choose{' '}
          <em>the edit of {until === null ? 'its day' : dayText(until)}</em> under <em>Until</em>.
        </p>
      </div>
    ))}
    <AloneNotes report={report} />
    <LeakNotes report={report} />
  </>
)

const LeakNotes = ({ report }: { readonly report: Report }) =>
  report.leaks.map(({ variant, units, why }) => (
    <div key={variant} class="notice warn">
      <p>
        <strong>{many(units, 'unit')}</strong> leaked into <code>{variant}</code>, which{' '}
        {why === 'no-share' ? 'has no share in' : 'is not in'} the entry that decided.
      </p>
    </div>
  ))

const AloneNotes = ({ report }: { readonly report: Report }) =>
  report.alone.map(({ variant, units }) => (
    <div key={variant} class="notice warn">
      <p>
        <strong>{many(units, 'unit')}</strong> of <code>{variant}</code>{' '}
        {units === 1 ? 'was' : 'were'} drawn where <code>{variant}</code> has nobody to be compared
        with: in its own rate and mean, and in no difference or lift.
      </p>
    </div>
  ))

const SplitHead = ({ isOfSome }: { readonly isOfSome: boolean }) => (
  <thead>
    <tr>
      <th scope="col">Variant</th>
      {['Units', ...(isOfSome ? ['Tested'] : []), 'Expected', 'Share', 'Expected'].map(
        (name, i) => (
          <th key={i} scope="col" class="number">
            {name}
          </th>
        ),
      )}
      <th scope="col" class="split-bars">
        <span class="hidden-label">As bars</span>
      </th>
    </tr>
  </thead>
)

interface SplitTestProps {
  readonly report: Report
  /** In which phase it is may not show in the sums below. */
  readonly mismatch: string | null
}

/** Figures that were read on several days are judged as those of every look. */
function SplitTest({ report, mismatch }: SplitTestProps) {
  const { verdict, p } = report.sampleRatio
  const [kind, title, words] = WORDS[verdict]
  return (
    <div class={`notice ${kind}`} role={verdict === 'mismatch' ? 'alert' : undefined}>
      <p>
        <strong>{title}</strong> {words}
      </p>
      {mismatch !== null && <p>Farthest off: {mismatch}.</p>}
      {p !== null && <Tests report={report} p={p} />}
    </div>
  )
}

function Tests({ report, p }: { readonly report: Report; readonly p: number }) {
  const { chiSquare, degreesOfFreedom, sequentialP, isOfAllLooks } = report.sampleRatio
  const { total, days, isKept } = report.looks
  const goneBy = <span class="muted">, by which it is judged</span>
  return (
    <dl class="tests small">
      <dt>One look</dt>
      <dd>
        p {probabilityText(p)}
        {chiSquare !== null && `, χ² ${chiSquare.toFixed(2)}, ${degreesOfFreedom} df`}
        {!isOfAllLooks && goneBy}
      </dd>
      {sequentialP !== null && (
        <>
          <dt>Every look</dt>
          <dd>
            p {probabilityText(sequentialP)}
            {isOfAllLooks && goneBy}
          </dd>
        </>
      )}
      <dt>Looks</dt>
      <dd>
        {count(total)}, on {many(days, 'day')}
        {!isKept && <span class="muted">; this one is not counted</span>}
      </dd>
    </dl>
  )
}

/** Those that the expected shares are shares of: not who leaked, nor who came back to the span. */
const testedOf = ({ variants }: Report): number =>
  variants.reduce((sum, { tested }) => sum + tested, 0)

/** Beside the name of a variant. */
const Note = ({ children }: { readonly children: ComponentChildren }) => (
  <span class="variant-note muted small">{children}</span>
)

/** Whether some units are in no test, so that the shares of all of them say nothing of the split. */
const testsSome = ({ variants }: Report): boolean =>
  variants.some(({ expectedShare, tested, units }) => expectedShare !== null && tested < units)

interface VariantRowProps {
  readonly one: Report['variants'][number]
  readonly index: number
  readonly total: number
  readonly isOfSome: boolean
}

const VariantRow = ({ one, index, total, isOfSome }: VariantRowProps) => {
  const { variant, units, tested, crossed, moved, expectedShare } = one
  const share = isOfSome ? one.testedShare : one.share
  return (
    <tr>
      <th scope="row" class="variant-name">
        <VariantName name={variant} index={index} />
        {crossed > 0 && <Note>{count(crossed)} also saw another</Note>}
        {moved > 0 && <Note>{count(moved)} in buckets that moved</Note>}
      </th>
      <td class="number">{count(units)}</td>
      {isOfSome && <td class="number">{count(tested)}</td>}
      <td class="number">
        {expectedShare === null ? '—' : count(Math.round(expectedShare * total))}
      </td>
      <td class="number">{percent(share)}</td>
      <td class="number">{percent(expectedShare)}</td>
      <td class="split-bars" aria-hidden="true">
        <span class="split-bar">
          <span
            class="split-observed"
            style={{ width: `${100 * (share ?? 0)}%`, background: seriesColor(index, variant) }}
          />
          {expectedShare !== null && (
            <span class="split-expected" style={{ left: `${100 * expectedShare}%` }} />
          )}
        </span>
      </td>
    </tr>
  )
}
