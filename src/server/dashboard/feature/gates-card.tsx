import type { GateFigures, GatesView, RampVerdict } from '../../admin/gates/contract'
import { useState } from 'preact/hooks'
import { segment } from '../api/client'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { isProposal } from '../edit/saved'
import { Dialog } from '../parts/dialog'
import { ReasonForm } from '../parts/reason-form'
import { mayEdit, useSession } from '../shell/session'
import { showToast } from '../shell/toasts'
import { Loaded } from '../parts/states'
import { duration, Time } from '../parts/time'

/** What holds a ramp: what the records say of each gate now, and what became of it so far. */
export function GatesCard({ feature }: { readonly feature: string }) {
  const query = useQuery<GatesView>(`features/${segment(feature)}/gates`)
  return (
    <Card title="Gates of the ramp">
      <Loaded query={query}>{(view) => <Gates view={view} />}</Loaded>
    </Card>
  )
}

const HELD = {
  waits: ['warn', 'held'],
  failed: ['bad', 'put back'],
} as const

function Gates({ view }: { readonly view: GatesView }) {
  const { verdict, edits, percent, words, held } = view
  const [kind, state] = held === null ? ['', 'ramp'] : HELD[held]
  return (
    <>
      <p>
        <span class={`badge ${kind}`}>{state}</span>{' '}
        {held === 'failed' ? `${percent} % now, until somebody resumes it` : words}
      </p>
      {verdict ? <Verdict verdict={verdict} names={view.gates} /> : <NoVerdict view={view} />}
      {edits.length > 0 && (
        <>
          <h3 class="gates-head">What became of it</h3>
          <ol class="gate-edits">
            {edits.map((edit) => (
              <Edit key={`${edit.at} ${edit.outcome}`} edit={edit} />
            ))}
          </ol>
        </>
      )}
      <p class="muted small">
        <By job={view.job} />
      </p>
    </>
  )
}

/** There is nothing to judge. */
function NoVerdict({ view }: { readonly view: GatesView }) {
  const { held, gates, job } = view
  const names = gates.join(' and ')
  if (held !== 'failed' && gates.length === 0)
    return <p class="muted">It has no gates any more, and stays where its edits have it.</p>
  if (held !== 'failed')
    return <p class="muted">Between its start and its end it is judged by {names}.</p>
  return (
    <>
      <p class="muted">
        {gates.length > 0 && `Then it is judged by ${names} anew.`}
        {job === null && (
          <>
            {' '}
            <code>liveflag gates --resume</code> resumes it.
          </>
        )}
      </p>
      {job !== null && <Resume feature={view.feature} />}
    </>
  )
}

function Resume({ feature }: { readonly feature: string }) {
  const [isOpen, setOpen] = useState(false)
  if (!mayEdit(useSession())) return null
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        Resume the ramp
      </button>
      {isOpen && (
        <Dialog title={`Let the ramp of ${feature} grow again?`} close={() => setOpen(false)}>
          <p class="muted">
            It grows from its start, for the same people in the same order, and every gate is judged
            anew.
          </p>
          <ReasonForm
            path={`features/${segment(feature)}/gates/resume`}
            label="Resume it"
            done={(answer) => {
              setOpen(false)
              showToast({
                text: isProposal(answer)
                  ? `Proposed as number ${answer.id}. Somebody else approves it.`
                  : `The ramp of ${feature} grows again.`,
              })
            }}
          />
        </Dialog>
      )}
    </>
  )
}

const OUTCOMES = {
  pass: ['good', 'pass'],
  fail: ['bad', 'fail'],
  inconclusive: ['warn', 'inconclusive'],
} as const

interface VerdictProps {
  readonly verdict: RampVerdict
  readonly names: readonly string[]
}

function Verdict({ verdict: { at, outcome, reason, gates }, names }: VerdictProps) {
  const [kind, words] = OUTCOMES[outcome]
  return (
    <>
      <p>
        <span class={`badge ${kind}`}>{words}</span>{' '}
        {gates.length === 0 ? `of ${names.join(' and ')}: ${reason}` : SAID[outcome]}{' '}
        <span class="muted">
          judged <Time at={at} />
        </span>
      </p>
      {gates.length > 0 && (
        <div class="scroll" role="region" aria-label="Gates" tabIndex={0}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Gate</th>
                <th scope="col">Variant</th>
                <th scope="col">Verdict</th>
                <th scope="col" class="number">
                  Lift, for every look
                </th>
                <th scope="col" class="number">
                  Limit
                </th>
              </tr>
            </thead>
            <tbody>
              {gates.map((gate) => (
                <Line key={`${gate.metric} ${gate.variant}`} gate={gate} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  )
}

const SAID = {
  pass: 'Nothing is worse than it may be.',
  fail: 'A variant is worse than it may be.',
  inconclusive: 'Not all of it can be said yet.',
} as const

function Line({ gate }: { readonly gate: GateFigures }) {
  const { metric, variant, outcome, figures } = gate
  const [kind, words] = OUTCOMES[outcome]
  return (
    <tr>
      <th scope="row">{metric}</th>
      <td>{variant}</td>
      <td>
        <span class={`badge ${kind}`}>{words}</span>
      </td>
      <td class="number">{figures ?? 'nothing to compare with yet'}</td>
      <td class="number">{limitOf(gate)}</td>
    </tr>
  )
}

/** `at most +5 %`, `at least −5 %`. */
const limitOf = ({ margin, direction }: GateFigures): string => {
  const percent = Number((margin * 100).toFixed(2))
  const zero = percent === 0
  return direction === 'down'
    ? `at most ${zero ? '' : '+'}${percent} %`
    : `at least ${zero ? '' : '−'}${percent} %`
}

const EDITS = {
  pass: ['good', 'passed'],
  fail: ['bad', 'put back'],
  resume: ['', 'resumed'],
} as const

const Edit = ({ edit }: { readonly edit: GatesView['edits'][number] }) => {
  const { at, outcome, percent, to, reason } = edit
  const [kind, words] = EDITS[outcome]
  return (
    <li>
      <span class={`badge ${kind}`}>{words}</span>{' '}
      {outcome === 'resume'
        ? ''
        : outcome === 'fail'
          ? `from ${percent} % to ${to} %`
          : `${percent} %`}{' '}
      <span class="muted">
        <Time at={at} />
      </span>
      <p class="small">{reason}</p>
    </li>
  )
}

const By = ({ job }: Pick<GatesView, 'job'>) =>
  job === null ? (
    <>
      This server shows the verdict and writes nothing: <code>liveflag gates</code> does, or{' '}
      <code>liveflag serve --gates-into</code>.
    </>
  ) : (
    <>
      This server judges it every {duration(job.everyMs)}, and writes what becomes of it into{' '}
      <code>{job.into}</code>.
    </>
  )
