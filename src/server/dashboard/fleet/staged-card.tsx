import { useState } from 'preact/hooks'
import type { StagedView, Staging } from '../../admin/fleet/contract'
import { type ApiFailure, call } from '../api/client'
import { asFailure } from '../api/use-query'
import { Card } from '../parts/card'
import { Dialog } from '../parts/dialog'
import { ReasonForm } from '../parts/reason-form'
import { Failure } from '../parts/states'
import { hasRole, mayEdit, useSession } from '../shell/session'
import { showToast } from '../shell/toasts'

interface StagedCardProps {
  readonly staged: StagedView
  readonly source: string
}

/** A generation on its way: how far it is, and the way back. */
export function StagedCard({ staged, source }: StagedCardProps) {
  const { generation, by, reason, percent, stages, asked, confirmed, isAbandoned } = staged
  return (
    <Card title={`Generation ${generation} is in its stages`}>
      <p>
        <strong>{by ?? 'Somebody'}</strong> {reason}
      </p>
      <ol class="stages" aria-label="Stages">
        {stages.map((stage) => (
          <li key={stage} aria-current={isNow(stage, staged) ? 'step' : undefined}>
            {stage} %
          </li>
        ))}
      </ol>
      <label class="stage-progress">
        <span>
          At {percent} %: {confirmed} of {asked} {asked === 1 ? 'process has' : 'processes have'} it
        </span>
        <progress value={confirmed} max={Math.max(1, asked)} />
      </label>
      {isAbandoned && (
        <p class="notice warn">
          Its publisher has not been heard for too long, so processes go back to the generation in
          force. Go on with it from here, or take it back.
        </p>
      )}
      <Actions staged={staged} source={source} />
    </Card>
  )
}

/** The percentage may have been raised, so that somebody is asked at all. */
const isNow = (stage: number, { percent, stages }: StagedView): boolean =>
  stage === (stages.filter((one) => one <= percent).at(-1) ?? stages[0])

function Actions({ staged, source }: StagedCardProps) {
  const session = useSession()
  const [isOpen, setOpen] = useState(false)
  const { resume, failure } = useResume(source)
  if (!mayEdit(session)) return null
  const mayResume = !session.server.needsApproval || hasRole(session, 'approver')
  return (
    <>
      {failure && <Failure failure={failure} />}
      <div class="actions">
        {staged.isAbandoned && mayResume && (
          <button type="button" class="button primary" onClick={() => void resume()}>
            Go on with it
          </button>
        )}
        <button type="button" class="button danger" onClick={() => setOpen(true)}>
          Take it back
        </button>
      </div>
      {isOpen && (
        <Dialog
          title={`Take generation ${staged.generation} back from every process?`}
          close={() => setOpen(false)}
        >
          <ReasonForm<{ readonly generation: number }>
            path="fleet/abort"
            label="Take it back"
            isDanger
            also={{ source }}
            done={({ generation }) => {
              setOpen(false)
              showToast({ text: `Generation ${generation} is taken back, and under quarantine.` })
            }}
          />
        </Dialog>
      )}
    </>
  )
}

function useResume(source: string) {
  const [failure, setFailure] = useState<ApiFailure>()
  const resume = async (): Promise<void> => {
    setFailure(undefined)
    try {
      const { staging } = await call<Staging>('POST', 'fleet/resume', { source })
      showToast({ text: `Generation ${staging.generation} goes on with its stages.` })
    } catch (error) {
      setFailure(asFailure(error))
    }
  }
  return { resume, failure }
}
