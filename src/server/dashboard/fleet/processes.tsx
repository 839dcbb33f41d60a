import type { ProcessView, StagedView } from '../../admin/fleet/contract'
import { Card } from '../parts/card'
import { count, many, processCount } from '../parts/figures'
import { duration } from '../parts/time'

interface ProcessesProps {
  readonly processes: readonly ProcessView[]
  readonly staged: StagedView | null
}

/** A page with ten thousand rows would be of no use to anybody. */
const MOST_SHOWN = 300

/** Who has what, those that need attention first. */
export function Processes({ processes, staged }: ProcessesProps) {
  const shown = [...processes].sort((a, b) => attention(b) - attention(a)).slice(0, MOST_SHOWN)
  return (
    <Card title={processCount(processes.length)}>
      {processes.length === 0 ? (
        <p class="muted">
          No process says what it has. One that opens its source with the option <code>fleet</code>{' '}
          is listed here.
        </p>
      ) : (
        <>
          <Summary processes={processes} staged={staged} />
          <div class="scroll" role="region" aria-label="Processes" tabIndex={0}>
            <table class="table processes">
              <thead>
                <tr>
                  <th scope="col">Process</th>
                  <th scope="col">Has</th>
                  <th scope="col">Health</th>
                  <th scope="col">Problems</th>
                  <th scope="col" class="number">
                    Last heard
                  </th>
                </tr>
              </thead>
              <tbody>
                {shown.map((one) => (
                  <Row key={`${one.host} ${one.process}`} process={one} />
                ))}
              </tbody>
            </table>
          </div>
          {processes.length > shown.length && (
            <p class="muted small">and {count(processes.length - shown.length)} more</p>
          )}
        </>
      )}
    </Card>
  )
}

const isIll = ({ problems, health }: ProcessView): boolean =>
  health?.isHealthy === false || problems.some(({ severity }) => severity === 'error')

const attention = (one: ProcessView): number =>
  (isIll(one) && one.isThere ? 4 : 0) +
  (!one.isCurrent && one.isThere ? 2 : 0) +
  (one.isThere ? 0 : 1)

function Summary({ processes, staged }: ProcessesProps) {
  const there = processes.filter(({ isThere }) => isThere)
  const behind = there.filter(({ isCurrent }) => !isCurrent).length
  const ill = there.filter(isIll).length
  const silent = processes.length - there.length
  return (
    <p class="facts">
      <span>
        {count(there.length - behind)} of {count(there.length)} have what they are to have
        {staged &&
          `, ${count(there.filter(({ isStaged }) => isStaged).length)} of them generation ${staged.generation}`}
      </span>
      {ill > 0 && <span class="badge bad">{count(ill)} not well</span>}
      {silent > 0 && <span class="badge warn">{count(silent)} silent</span>}
    </p>
  )
}

const SHORT = 8

function Row({ process }: { readonly process: ProcessView }) {
  const {
    host,
    process: own,
    generation,
    hash,
    isStaged,
    isCurrent,
    problems,
    health,
    silentMs,
    isThere,
  } = process
  return (
    <tr class={isThere ? undefined : 'is-silent'}>
      <th scope="row" title={own}>
        {host}
      </th>
      <td>
        <span class="facts">
          {generation === null ? <code title={hash}>{hash.slice(0, SHORT)}</code> : generation}
          {isStaged && <span class="badge accent">staged</span>}
          {!isCurrent && isThere && <span class="badge warn">behind</span>}
        </span>
      </td>
      <HealthCell health={health} />
      <ProblemsCell problems={problems} />
      <td class="number">
        {isThere ? (
          `${duration(silentMs)} ago`
        ) : (
          <span class="badge warn">silent for {duration(silentMs)}</span>
        )}
      </td>
    </tr>
  )
}

const HealthCell = ({ health }: Pick<ProcessView, 'health'>) => (
  <td>
    {health === null ? (
      <span class="muted">not reported</span>
    ) : (
      <>
        <span class={`badge ${health.isHealthy ? 'good' : 'bad'}`}>
          {health.isHealthy ? 'healthy' : 'not healthy'}
        </span>{' '}
        {health.message}
      </>
    )}
  </td>
)

const ProblemsCell = ({ problems }: Pick<ProcessView, 'problems'>) => (
  <td>
    {problems.length === 0 ? (
      <span class="muted">none</span>
    ) : (
      <span title={problems.map(({ message }) => message).join('\n')}>
        {many(problems.length, 'problem')}: {problems[0]?.message}
      </span>
    )}
  </td>
)
