import { useState } from 'preact/hooks'
import { segment } from '../api/client'
import { Dialog } from '../parts/dialog'
import { ReasonForm } from '../parts/reason-form'
import { showSaved } from '../edit/saved'

interface OffButtonProps {
  readonly feature: string
  readonly isOff: boolean
}

/** Switches a feature off for everybody, with a reason and a way back. Nobody has to approve it. */
export function OffButton({ feature, isOff }: OffButtonProps) {
  const [isOpen, setOpen] = useState(false)
  if (isOff) return null
  return (
    <>
      <button
        type="button"
        class="button danger big"
        aria-label={`Switch ${feature} off`}
        onClick={() => setOpen(true)}
      >
        Off
      </button>
      {isOpen && (
        <Dialog title={`Switch ${feature} off for everybody?`} close={() => setOpen(false)}>
          <ReasonForm
            path={`features/${segment(feature)}/off`}
            label="Switch it off"
            isDanger
            done={(answer) => {
              setOpen(false)
              showSaved(answer, `${feature} is off for everybody.`)
            }}
          />
        </Dialog>
      )}
    </>
  )
}
