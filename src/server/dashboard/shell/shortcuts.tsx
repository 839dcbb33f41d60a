import { Fragment } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Dialog } from '../parts/dialog'

/** A key or two keys after each other, and what they do. */
export interface Shortcut {
  readonly keys: string
  readonly words: string
  readonly run: () => void
}

/** Shortcuts of the page that is open, the newest last. */
const registered: (readonly Shortcut[])[] = []
const SEQUENCE_MS = 1200

/** Makes shortcuts work while a component is on the page. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  useEffect(() => {
    registered.push(shortcuts)
    return () => void registered.splice(registered.indexOf(shortcuts), 1)
  }, [shortcuts])
}

const TEXT_FIELD =
  'textarea, select, [contenteditable="true"], input:not([type="checkbox"], [type="range"])'

const isTyping = (target: EventTarget | undefined): boolean =>
  target instanceof Element && target.matches(TEXT_FIELD)

/** Listens for keys; `?` shows what they do. */
export function Shortcuts() {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => {
    let before = ''
    let at = 0
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (isTyping(event.composedPath()[0]) || document.querySelector('dialog[open]')) return
      if (event.key === '?') return setOpen(true)
      const sequence = event.timeStamp - at < SEQUENCE_MS ? `${before} ${event.key}` : event.key
      const all = registered.flat().reverse()
      const found =
        all.find(({ keys }) => keys === sequence) ?? all.find(({ keys }) => keys === event.key)
      before = event.key
      at = event.timeStamp
      if (!found) return
      event.preventDefault()
      found.run()
    }
    addEventListener('keydown', listen)
    addEventListener('liveflag:shortcuts', () => setOpen(true))
    return () => removeEventListener('keydown', listen)
  }, [])
  return isOpen ? <Sheet close={() => setOpen(false)} /> : null
}

export const openShortcuts = (): void => void dispatchEvent(new Event('liveflag:shortcuts'))

function Sheet({ close }: { readonly close: () => void }) {
  const rows = [...registered.flat(), { keys: '?', words: 'Show this sheet' }]
  return (
    <Dialog title="Keyboard shortcuts" close={close}>
      <dl class="shortcuts">
        {rows.map(({ keys, words }) => (
          <Fragment key={keys + words}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  )
}
