import { useEffect, useState } from 'preact/hooks'
import type { ExplainAnswer, ExplainRequest } from '../../admin/contract'
import { type ApiFailure, call, segment } from '../api/client'
import { asFailure } from '../api/use-query'
import { onLive } from '../api/live'
import { Card } from '../parts/card'
import { Failure } from '../parts/states'
import { Answer } from './answer'
import { SavedWorldsBar } from './saved-worlds'
import { NOBODY, type WorldFields, worldOf } from './world-fields'
import { WorldForm } from './world-form'

interface WhoGetsItProps {
  readonly name: string
  /** Called with the line that decided. */
  readonly decided: (line: number | null) => void
}

/** One visitor, and what they get, as it is typed. */
export function WhoGetsIt({ name, decided }: WhoGetsItProps) {
  const [fields, setFields] = useState<WorldFields>(NOBODY)
  const { answer, failure } = useExplanation(name, fields)
  useEffect(() => decided(answer?.decidedAt ?? null), [answer])
  return (
    <div class="sticky">
      <Card title="Who gets it">
        <SavedWorldsBar fields={fields} pick={setFields} />
        <WorldForm fields={fields} change={setFields} />
        <div class="answer" aria-live="polite">
          {failure ? <Failure failure={failure} /> : answer && <Answer answer={answer} />}
        </div>
      </Card>
    </div>
  )
}

const SETTLE_MS = 120

function useExplanation(name: string, fields: WorldFields) {
  const [answer, setAnswer] = useState<ExplainAnswer>()
  const [failure, setFailure] = useState<ApiFailure>()
  const [changes, setChanges] = useState(0)
  useEffect(() => onLive((kind) => kind === 'change' && setChanges((count) => count + 1)), [])
  useEffect(() => {
    let isNewest = true
    const timer = setTimeout(() => {
      const body: ExplainRequest = { world: worldOf(fields) }
      call<ExplainAnswer>('POST', `features/${segment(name)}/explain`, body)
        .then((found) => isNewest && (setAnswer(found), setFailure(undefined)))
        .catch((error: unknown) => isNewest && setFailure(asFailure(error)))
    }, SETTLE_MS)
    return () => {
      isNewest = false
      clearTimeout(timer)
    }
  }, [name, fields, changes])
  return { answer, failure }
}
