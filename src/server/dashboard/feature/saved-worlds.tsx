import { useState } from 'preact/hooks'
import type { SavedWorlds } from '../../admin/contract'
import { call, segment } from '../api/client'
import { asFailure, useQuery } from '../api/use-query'
import { Choose } from '../parts/choose'
import { showToast } from '../shell/toasts'
import { fieldsOf, type WorldFields, worldOf } from './world-fields'

interface SavedWorldsProps {
  readonly fields: WorldFields
  readonly pick: (fields: WorldFields) => void
}

/** Visitors that somebody has saved, for everybody to try. */
export function SavedWorldsBar({ fields, pick }: SavedWorldsProps) {
  const { data, reload } = useQuery<SavedWorlds>('worlds')
  const [picked, setPicked] = useState('')
  const worlds = data?.worlds ?? []
  const choose = (name: string): void => {
    setPicked(name)
    const found = worlds.find((one) => one.name === name)
    if (found) pick(fieldsOf(found.world))
  }
  return (
    <div class="saved-worlds">
      <Choose
        label="Saved visitors"
        value={picked}
        options={[
          ['', worlds.length > 0 ? 'A saved visitor…' : 'No visitor is saved yet'],
          ...worlds.map(({ name }) => [name, name] as const),
        ]}
        change={choose}
      />
      <SaveAs
        save={async (name) => {
          await call('PUT', `worlds/${segment(name)}`, { world: worldOf(fields) })
          setPicked(name)
          reload()
        }}
      />
      {picked !== '' && (
        <Remove
          name={picked}
          removed={() => {
            setPicked('')
            reload()
          }}
        />
      )}
    </div>
  )
}

interface RemoveProps {
  readonly name: string
  readonly removed: () => void
}

function Remove({ name, removed }: RemoveProps) {
  const remove = async (): Promise<void> => {
    try {
      await call('DELETE', `worlds/${segment(name)}`)
      removed()
    } catch (error) {
      showToast({ text: `Not removed: ${asFailure(error).message}` })
    }
  }
  return (
    <button
      type="button"
      class="button small quiet"
      aria-label={`Remove the saved visitor ${name}`}
      onClick={() => void remove()}
    >
      Remove
    </button>
  )
}

function SaveAs({ save }: { readonly save: (name: string) => Promise<void> }) {
  const [name, setName] = useState<string>()
  if (name === undefined)
    return (
      <button type="button" class="button small" onClick={() => setName('')}>
        Save this visitor
      </button>
    )
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    try {
      await save(name.trim())
      setName(undefined)
    } catch (error) {
      showToast({ text: `Not saved: ${asFailure(error).message}` })
    }
  }
  return (
    <form class="save-as" onSubmit={(event) => void submit(event)}>
      <input
        class="field"
        aria-label="Name of this visitor"
        placeholder="Name"
        required
        autofocus
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" class="button">
        Save
      </button>
    </form>
  )
}
