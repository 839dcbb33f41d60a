import { inSlices, TimeSlice } from '../runtime/time-slice'

/** So many are sorted at once, in about 2 ms. */
const PART = 16_384
/** So many are merged before somebody looks at the clock. */
const STEP = 1024

/** The numbers in order. Sorting a million at once would hold up this thread for a tenth of a second. */
export const inOrder = (values: Float64Array): Promise<Float64Array> => inSlices(sorted(values))

function* sorted(values: Float64Array): Generator<void, Float64Array> {
  const slice = new TimeSlice()
  const { length } = values
  let from = values.slice()
  for (let start = 0; start < length; start += PART) {
    from.subarray(start, start + PART).sort()
    if (slice.isOver()) yield
  }
  let to = new Float64Array(length)
  for (let width = PART; width < length; width *= 2) {
    for (let start = 0; start < length; start += 2 * width)
      yield* merged(from, to, { start, width }, slice)
    ;[from, to] = [to, from]
  }
  return from
}

/** Merges two parts that are in order and lie side by side. */
function* merged(
  from: Float64Array,
  to: Float64Array,
  { start, width }: { readonly start: number; readonly width: number },
  slice: TimeSlice,
): Generator<void, void> {
  const middle = Math.min(start + width, from.length)
  const end = Math.min(start + 2 * width, from.length)
  let [left, right] = [start, middle]
  for (let i = start; i < end; i++) {
    const isLeft = right >= end || (left < middle && (from[left] ?? 0) <= (from[right] ?? 0))
    to[i] = from[isLeft ? left++ : right++] ?? 0
    if (i % STEP === 0 && slice.isOver()) yield
  }
}
