/**
 * Holm's adjusted p of each test: with a threshold on these, the probability that any of the
 * effects found is chance is at most the threshold. Holm, A simple sequentially rejective multiple
 * test procedure (1979); R's p.adjust of method holm.
 */
export function holm(ps: readonly number[]): readonly number[] {
  return stepped(
    ps,
    (a, b) => a - b,
    Math.max,
    (p, rank) => p * (ps.length - rank),
  )
}

/**
 * Benjamini and Hochberg's adjusted p of each test: with a threshold on these, the share of chance
 * among the effects found is expected to be at most the threshold. Controlling the False Discovery
 * Rate (1995); R's p.adjust of method BH.
 */
export function benjaminiHochberg(ps: readonly number[]): readonly number[] {
  return stepped(
    ps,
    (a, b) => b - a,
    Math.min,
    (p, rank) => (p * ps.length) / (ps.length - rank),
  )
}

/** Adjusts from the first by `order` on; none is adjusted beyond the one before it. */
function stepped(
  ps: readonly number[],
  order: (a: number, b: number) => number,
  beyond: (a: number, b: number) => number,
  adjust: (p: number, rank: number) => number,
): readonly number[] {
  const ranked = ps.map((p, index) => ({ p, index })).sort((a, b) => order(a.p, b.p))
  const adjusted = new Array<number>(ps.length).fill(1)
  let last: number | undefined
  ranked.forEach(({ p, index }, rank) => {
    const own = Math.min(1, adjust(p, rank))
    last = last === undefined ? own : beyond(last, own)
    adjusted[index] = last
  })
  return adjusted
}
