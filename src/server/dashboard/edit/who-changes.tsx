import { useState } from 'preact/hooks'
import type { ChangeMatrix, FeatureImpact, ImpactView } from '../../admin/edits/contract'
import { count, many, percent } from '../parts/figures'

/** Who gets another answer, for each feature that the edit touches. */
export const WhoChanges = ({ impact }: { readonly impact: ImpactView }) => (
  <section class="impact" aria-label="Who changes">
    <h3>Who changes</h3>
    {impact.isNobody && (
      <p>
        <strong>Nobody.</strong> Every visitor, in every bucket, gets the same answer as before.
      </p>
    )}
    {!impact.isNobody && impact.features.map((one) => <OneImpact key={one.feature} impact={one} />)}
    {impact.more > 0 && <p class="muted">and {many(impact.more, 'more feature')}</p>}
  </section>
)

function OneImpact({ impact }: { readonly impact: FeatureImpact }) {
  const { feature, population, classes, whyNot, examples } = impact
  const { changed, size } = population
  return (
    <div class="impact-of">
      <p>
        <strong class="impact-count">{count(changed)}</strong> of {many(size, 'visitor')} get
        another answer of <code>{feature}</code>
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

/** From the answer of a row to the answer of a column; who stays is on the diagonal. */
const Matrix = ({ matrix: { answers, cells }, label, show }: MatrixProps) => (
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
