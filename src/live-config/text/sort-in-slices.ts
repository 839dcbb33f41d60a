import type { TimeSlice } from '../../runtime/time-slice'

/** So many texts are sorted at once. */
const RUN = 2000

/**
 * Sorts texts as `Array.prototype.sort` does, with yields between slices: a hundred thousand names take a
 * tenth of a second.
 */
export function* sortInSlices(
  texts: readonly string[],
  slice: TimeSlice,
): Generator<void, readonly string[]> {
  let runs: (readonly string[])[] = []
  for (let at = 0; at < texts.length; at += RUN) {
    if (slice.isOver()) yield
    runs.push(texts.slice(at, at + RUN).sort())
  }
  while (runs.length > 1) {
    const merged: (readonly string[])[] = []
    for (let i = 0; i < runs.length; i += 2)
      merged.push(yield* merge(runs[i] ?? [], runs[i + 1] ?? [], slice))
    runs = merged
  }
  return runs[0] ?? []
}

function* merge(
  left: readonly string[],
  right: readonly string[],
  slice: TimeSlice,
): Generator<void, readonly string[]> {
  const merged: string[] = []
  let l = 0
  let r = 0
  while (l < left.length || r < right.length) {
    if (merged.length % RUN === 0 && slice.isOver()) yield
    const [a, b] = [left[l], right[r]]
    if (b === undefined || (a !== undefined && a <= b)) l++
    else r++
    merged.push((b === undefined || (a !== undefined && a <= b) ? a : b) ?? '')
  }
  return merged
}
