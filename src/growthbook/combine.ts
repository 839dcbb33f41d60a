/** What is asked of a subject: of a value, or of what gives the attributes. */
export type Holds<S> = (subject: S) => boolean

/** Conditions of one part and of two are by far the most common, and are asked without a loop. */
export function every<S>(parts: readonly Holds<S>[]): Holds<S> {
  const [first, second] = parts
  if (first === undefined) return () => true
  if (second === undefined) return first
  if (parts.length === 2) return (subject) => first(subject) && second(subject)
  return (subject) => {
    for (const holds of parts) if (!holds(subject)) return false
    return true
  }
}

/** Of no part at all it is true, as in the reference. */
export function some<S>(parts: readonly Holds<S>[]): Holds<S> {
  const [first, second] = parts
  if (first === undefined) return () => true
  if (second === undefined) return first
  return (subject) => {
    for (const holds of parts) if (holds(subject)) return true
    return false
  }
}

export const not = <S>(holds: Holds<S>): Holds<S> => (subject) => !holds(subject)
