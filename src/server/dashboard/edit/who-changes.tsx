import { useState } from 'preact/hooks'
import type { PopulationInfo } from '../../admin/contract'
import type { ChangeMatrix, FeatureImpact, ImpactView } from '../../admin/edits/contract'
import { type PopulationChoiceProps, PopulationChoice } from '../parts/choice'
import { count, many, percent, populationWords } from '../parts/figures'

interface WhoChangesProps {
  readonly impact: ImpactView
  readonly population: PopulationInfo | null
  readonly counted: PopulationChoiceProps | undefined
}

/** Who gets another answer, for each feature that the edit touches. */
export const WhoChanges = ({ impact, population, counted }: WhoChangesProps) => (
  <section class="impact" aria-label="Who changes">
    <div class="impact-head">
      <h3>Who changes</h3>
      {counted && <PopulationChoice {...counted} />}
    </div>
    {impact.isNobody && (
      <p>
        <strong>Nobody.</strong> Every visitor, in every bucket, gets the same answer as before.
      </p>
    )}
    {!impact.isNobody &&
      impact.features.map((one) => (
        <OneImpact key={one.feature} impact={one} population={population} />
      ))}
    {population?.note !== undefined && <p class="muted small">{population.note}</p>}
    {impact.more > 0 && <p class="muted">and {many(impact.more, 'more feature')}</p>}
  </section>
)

interface OneImpactProps {
  readonly impact: FeatureImpact
  readonly population: PopulationInfo | null
}

function OneImpact({ impact, population: counted }: OneImpactProps) {
  const { feature, population, classes, whyNot, examples } = impact
  const { changed, size } = population
  const visitors = counted ? populationWords({ ...counted, size }) : many(size, 'visitor')
  return (
    <div class="impact-of">
      <p>
        <strong class="impact-count">{count(changed)}</strong> of {visitors} get another answer of{' '}
        <code>{feature}</code>
        {changed > 0 && ` (${percent(changed / size)})`}.
      </p>
      {changed > 0 && (
        <Matrix matrix={population} label={`${feature}: visitors that change`} show={count} />
      )}
      {examples.length > 0 && <Names examples={examples} />}
      {classes && classes.length > 0 && (
        <details>
          <summary class="small">Exactly, over all buckets</summary>
          {classes.map(({ visitors, matrix }) => (
            <div key={visitors} class="class-impact">
              <p class="small">
                <strong>{visitors}</strong>: {percent(matrix.changed / matrix.size)} change
              </p>
              {matrix.changed > 0 && (
                <Matrix matrix={matrix} label={`${feature}: ${visitors}`} show={percent} />
              )}
            </div>
          ))}
        </details>
      )}
      {whyNot !== null && <p class="muted small">Not over all buckets: {whyNot}</p>}
    </div>
  )
}

interface MatrixProps {
  readonly matrix: ChangeMatrix
  readonly label: string
  readonly show: (value: number) => string
}

/** Answers that nobody has, before or after, are left out. */
function usedOf({ answers, cells }: ChangeMatrix): Pick<ChangeMatrix, 'answers' | 'cells'> {
  const used = answers.flatMap((_, i) =>
    answers.some((__, j) => (cells[i]?.[j] ?? 0) > 0 || (cells[j]?.[i] ?? 0) > 0) ? [i] : [],
  )
  return {
    answers: used.map((i) => answers[i] ?? ''),
    cells: used.map((i) => used.map((j) => cells[i]?.[j] ?? 0)),
  }
}

/** From the answer of a row to the answer of a column; who stays is on the diagonal. */
function Matrix({ matrix, label, show }: MatrixProps) {
  const { answers, cells } = usedOf(matrix)
  return (
    <div class="scroll" role="region" aria-label={label} tabIndex={0}>
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">from ↓ to →</th>
            {answers.map((to) => (
              <th key={to} scope="col" class="number">
                {to}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answers.map((from, row) => (
            <tr key={from}>
              <th scope="row">{from}</th>
              {answers.map((to, column) => {
                const value = cells[row]?.[column] ?? 0
                const kind = row === column ? 'stays' : value > 0 ? 'moves' : 'none'
                return (
                  <td key={to} class={`number ${kind}`}>
                    {value === 0 ? '·' : show(value)}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Names({ examples }: { readonly examples: FeatureImpact['examples'] }) {
  const [isOpen, setOpen] = useState(false)
  if (!isOpen)
    return (
      <button type="button" class="button small" onClick={() => setOpen(true)}>
        Name {examples.length} of them
      </button>
    )
  return (
    <ul class="names">
      {examples.map(({ unit, from, to }) => (
        <li key={unit}>
          <code>{unit}</code> <span class="muted">{from}</span> → {to}
        </li>
      ))}
    </ul>
  )
}
