import type { ProblemView } from '../../admin/contract'
import { segment } from '../api/client'
import { placeText } from './source-name'
import { Time } from './time'

/** Problems with their lines, the gravest first. */
export function Problems({ problems }: { readonly problems: readonly ProblemView[] }) {
  const sorted = [...problems].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  )
  return (
    <ul class="problems">
      {sorted.map((problem, index) => (
        <li key={index} class={`problem ${problem.severity}`}>
          <OneProblem problem={problem} />
        </li>
      ))}
    </ul>
  )
}

function OneProblem({ problem }: { readonly problem: ProblemView }) {
  const { severity, code, message, feature, source, line, column, since, excerpt } = problem
  const place = source === undefined ? '' : placeText({ source, line, column })
  return (
    <>
      <p>
        <span class={`badge ${severity === 'error' ? 'bad' : 'warn'}`}>{severity}</span>{' '}
        {feature !== undefined && <a href={`features/${segment(feature)}`}>{feature}</a>} {message}
      </p>
      <p class="muted small">
        <code>{code}</code> {place && <code>{place}</code>}{' '}
        {since !== undefined && (
          <>
            since <Time at={since} />
          </>
        )}
      </p>
      {excerpt.length > 0 && (
        <pre class="excerpt">
          {excerpt.map(({ line: number, text, isIt }) => (
            <span key={number} class={isIt ? 'excerpt-line is-it' : 'excerpt-line'}>
              <span class="line-number">{number}</span>
              {text}
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </>
  )
}
