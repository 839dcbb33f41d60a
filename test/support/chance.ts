/** Draws that are the same in every run: mulberry32, and what simulations need of it. */
export interface Chance {
  /** From 0 to 1, without 1. */
  next(): number
  normal(): number
  /** How many of so many happen. */
  binomial(units: number, rate: number): number
}

export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    next,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    binomial: (units, rate) => {
      let happened = 0
      for (let i = 0; i < units; i++) if (next() < rate) happened++
      return happened
    },
  }
}
