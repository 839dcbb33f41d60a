import { useEffect, useState } from 'preact/hooks'

const STEPS: readonly (readonly [seconds: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]
const relative = new Intl.RelativeTimeFormat('en', { style: 'short' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeStyle: 'long' })

/** `12 min ago`, `yesterday`, `just now`. */
export function ago(at: number, now = Date.now()): string {
  const seconds = (at - now) / 1000
  const [size, unit] = STEPS.find(([length]) => Math.abs(seconds) >= length) ?? [0, 'second']
  return size === 0 ? 'just now' : relative.format(Math.round(seconds / size), unit)
}

/** `4 s`, `12 min`, `3 h`: for ages. */
export function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} days`
}

const EVERY_MS = 30_000

/** How long ago; the exact time is shown when the pointer rests on it. */
export function Time({ at }: { readonly at: number }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), EVERY_MS)
    return () => clearInterval(timer)
  }, [])
  const date = new Date(at)
  return (
    <time dateTime={date.toISOString()} title={exact.format(date)}>
      {ago(at)}
    </time>
  )
}
