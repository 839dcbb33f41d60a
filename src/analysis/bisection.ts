/** Halvings between two numbers: enough for all digits of a double. */
const HALVINGS = 60

/** The last number that is inside, on the way from one that is to one that is not. */
export function edge(inside: number, outside: number, isOutside: (at: number) => boolean): number {
  let [within, beyond] = [inside, outside]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (within + beyond) / 2
    if (isOutside(middle)) beyond = middle
    else within = middle
  }
  return within
}
