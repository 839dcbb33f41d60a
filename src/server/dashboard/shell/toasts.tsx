import { useEffect, useState } from 'preact/hooks'

export interface Toast {
  readonly text: string
  readonly action?: { readonly label: string; readonly run: () => void }
}

const SHOWN_MS = 12_000
let show: (toast: Toast) => void = () => undefined

/** Says what has been done, with a way to undo it. */
export const showToast = (toast: Toast): void => show(toast)

/** The newest message, at the bottom of the page. */
export function Toasts() {
  const [toast, setToast] = useState<Toast>()
  useEffect(() => {
    show = setToast
    return () => (show = () => undefined)
  }, [])
  useEffect(() => {
    const timer = toast && window.setTimeout(() => setToast(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [toast])
  return (
    <div class="toasts" role="status">
      {toast && (
        <div class="toast">
          <span>{toast.text}</span>
          {toast.action && (
            <button
              type="button"
              class="button small"
              onClick={() => {
                setToast(undefined)
                toast.action?.run()
              }}
            >
              {toast.action.label}
            </button>
          )}
          <button
            type="button"
            class="button small"
            aria-label="Dismiss"
            onClick={() => setToast(undefined)}
          >
            ✕
          </button>
        </div>
      )}
    </div>
  )
}
