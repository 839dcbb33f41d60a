import type { Ramp } from './ramp-course'

/** `held at 5 % until errors and latency pass`; empty of a ramp that nothing holds. */
export function heldInWords(ramp: Ramp, now: number): string {
  const held = ramp.heldAt(now)
  if (held === undefined) return ''
  if (held.why === 'failed')
    return `put back to ${held.percent} % until it is resumed: ${held.reason || 'a gate failed'}`
  const pass = ramp.gates.length > 1 ? 'pass' : 'passes'
  return `held at ${held.percent} % until ${ramp.gates.join(' and ')} ${pass}`
}
