/** Halvings between two numbers: enough for all digits of a double. */
const HALVINGS = 60

/** The last number that is inside, on the way from one that is to one that is not. */
export function edge(inside: number, outside: number, isOutside: (at: number) => boolean): number {
  let [within, beyond] = [inside, outside]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (within + beyond) / 2
    if (middle === within || middle === beyond) break
    if (isOutside(middle)) beyond = middle
    else within = middle
  }
  return within
}

/** A function that only falls: what it is at a number, and how steep it is there. */
type Falling = (at: number) => readonly [value: number, slope: number]

/**
 * Where a function that only falls is 0, between two numbers; the lower one where it is below 0 at all
 * of them, the higher one where it is above. By Newton's steps, and by halving where one leads out of what is
 * left: a few steps do what halving alone needs fifty for.
 */
export function rootOf(falling: Falling, low: number, high: number): number {
  let [least, most] = [low, high]
  let at = (least + most) / 2
  for (let i = 0; i < HALVINGS; i++) {
    const [value, slope] = falling(at)
    if (value === 0) return at
    if (value > 0) least = at
    else most = at
    const step = at - value / slope
    const next = step > least && step < most ? step : (least + most) / 2
    if (next === at) return at
    if (next === least || next === most) break
    at = next
  }
  return least === low ? low : most === high ? high : at
}
