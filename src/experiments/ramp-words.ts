import type { Held, Ramp } from './ramp-course'

/** How a time is written, which asks for a calendar; without one it is later. */
type TimeInWords = (time: number) => string
const LATER: TimeInWords = () => 'later'

/**
 * `held at 5 % until errors and latency pass`, with what a clock that is ahead has written; empty of a
 * ramp that nothing holds.
 */
export function heldInWords(ramp: Ramp, now: number, timeInWords = LATER): string {
  const held = ramp.heldAt(now)
  return held ? whyHeld(ramp, held, now, timeInWords) : failureAhead(ramp, now, timeInWords)
}

function whyHeld(ramp: Ramp, held: Held, now: number, timeInWords: TimeInWords): string {
  const { gates } = ramp
  const without =
    gates.length > 0
      ? ''
      : `; without its edits it would be at ${shown(ramp.unheldPercentAt(now))} %`
  if (held.why === 'failed') return `${failedInWords(ramp, held, now, timeInWords)}${without}`
  const ahead = failureAhead(ramp, now, timeInWords)
  const also = ahead === '' ? '' : `; ${ahead}`
  if (gates.length === 0)
    return `held at ${held.percent} % by its edits, as it has no gates that could pass${without}${also}`
  const pass = gates.length > 1 ? 'pass' : 'passes'
  return `held at ${held.percent} % until ${gates.join(' and ')} ${pass}${also}`
}

function failedInWords(
  ramp: Ramp,
  { percent, reason }: Held & { readonly why: 'failed' },
  now: number,
  timeInWords: TimeInWords,
): string {
  const resumed = ramp.after(now).find(({ outcome }) => outcome === 'resume')
  const until = resumed
    ? `until ${timeInWords(resumed.at)}, for which a clock that is ahead has resumed it`
    : 'until it is resumed'
  return `put back to ${percent} % ${until}: ${reason || 'a gate failed'}`
}

/** Of a failure that does not count yet. */
function failureAhead(ramp: Ramp, now: number, timeInWords: TimeInWords): string {
  const failure = ramp.after(now).find(({ outcome }) => outcome === 'fail')
  return failure === undefined
    ? ''
    : `a clock that is ahead has put it back to ${failure.to} % from ${timeInWords(failure.at)} on: ${failure.reason || 'a gate failed'}`
}

const shown = (percent: number): number => Number(percent.toFixed(4))
