import type { ExperimentView } from '../../admin/contract'

type Verdicts = ExperimentView['report']['sampleRatio']['verdict']

const WORDS: Readonly<Record<Verdicts, readonly [kind: string, title: string, words: string]>> = {
  mismatch: [
    'bad',
    'The split is broken.',
    'The units are not split as the live config says; chance does not do this. Find out why before you read anything else.',
  ],
  'no-mismatch': [
    'good',
    'No mismatch found.',
    'The observed shares can be a draw by the expected ones.',
  ],
  incomplete: [
    'warn',
    'The split cannot be judged.',
    'Records are missing or wrong, so that no mismatch was found says nothing.',
  ],
  'too-few': ['', 'Too few units to judge the split.', 'Wait for more before you decide.'],
  'nothing-to-test': ['', 'There is no split to test.', 'Fewer than two variants have a share.'],
}

/** Whether the figures can be believed; before any figure. */
export function Verdict({ view: { report, warnings } }: { readonly view: ExperimentView }) {
  const { verdict, chiSquare, degreesOfFreedom, p } = report.sampleRatio
  const [kind, title, words] = WORDS[verdict]
  return (
    <div class="verdicts">
      <div class={`notice ${kind}`} role={verdict === 'mismatch' ? 'alert' : undefined}>
        <p>
          <strong>{title}</strong> {words}
        </p>
        {p !== null && (
          <span class="small">
            {chiSquare !== null && `χ² ${chiSquare.toFixed(2)}, ${degreesOfFreedom} df, `}p{' '}
            {p < 0.0001 ? '< 0.0001' : `= ${p.toFixed(4)}`}
          </span>
        )}
      </div>
      {verdict !== 'mismatch' &&
        warnings.map((warning) => (
          <div key={warning} class="notice warn">
            <p>{warning}</p>
          </div>
        ))}
    </div>
  )
}
