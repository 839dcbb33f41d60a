import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiFailure, call } from './client'
import { onLive, whenOpen } from './live'

export interface Query<T> {
  readonly data: T | undefined
  readonly failure: ApiFailure | undefined
  readonly isLoading: boolean
  readonly reload: () => void
}

/** What was answered last, so that a page that is opened again shows it at once. */
const answers = new Map<string, unknown>()
const MAX_ANSWERS = 40

/** Changes come in bursts: one question answers all of them. */
const SETTLE_MS = 150

/**
 * Asks the API, and again when the live config changes. A newer answer replaces an older one, never
 * the other way round.
 *
 * @param path below `api/v1`; null asks nothing
 * @param again what is asked from the second time on, where the API distinguishes that
 */
export function useQuery<T>(path: string | null, again = path): Query<T> {
  const [, redraw] = useState(0)
  const [failure, setFailure] = useState<ApiFailure>()
  const [isLoading, setLoading] = useState(path !== null)
  const asked = useRef(0)
  const answered = useRef<string | null>(null)
  const reload = useCallback(() => {
    if (path === null) return
    const mine = ++asked.current
    const isNewest = (): boolean => mine === asked.current
    setLoading(true)
    whenOpen()
      .then(() => call<T>('GET', (answered.current === path && again) || path))
      .then((answer) => {
        answered.current = path
        if (!isNewest()) return
        remember(path, answer)
        setFailure(undefined)
      })
      .catch((error: unknown) => isNewest() && setFailure(asFailure(error)))
      .finally(() => isNewest() && (setLoading(false), redraw((count) => count + 1)))
  }, [path, again])
  useEffect(() => {
    setFailure(undefined)
    reload()
    return () => void asked.current++
  }, [reload])
  useEffect(() => whenChanged(reload, path), [reload, path])
  const data = path === null ? undefined : (answers.get(path) as T | undefined)
  return { data, failure, isLoading, reload }
}

/** What processes do changes nothing of other answers. */
const OF_FLEETS = /^(fleet|generations)\b/

function whenChanged(reload: () => void, path: string | null): () => void {
  let timer: number | undefined
  const stop = onLive((kind) => {
    if (kind === 'lost' || kind === 'opened') return
    if (kind === 'fleet' && !OF_FLEETS.test(path ?? '')) return
    clearTimeout(timer)
    timer = window.setTimeout(reload, SETTLE_MS)
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

function remember(path: string, answer: unknown): void {
  answers.delete(path)
  answers.set(path, answer)
  const [oldest] = answers.keys()
  if (answers.size > MAX_ANSWERS && oldest !== undefined) answers.delete(oldest)
}

export const asFailure = (error: unknown): ApiFailure =>
  error instanceof ApiFailure
    ? error
    : new ApiFailure(0, 'failed', error instanceof Error ? error.message : String(error), null, 1)
