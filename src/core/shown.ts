/** Anything as text, for a message. Whatever it is, this gives a text: some values throw when they are turned into one. */
export function shown(value: unknown): string {
  try {
    return String(value)
  } catch {
    return 'something that has no text'
  }
}

/** What an error says; anything may be thrown. */
export function messageOf(error: unknown): string {
  try {
    return shown(typeof error === 'object' && error !== null && 'message' in error ? error.message : error)
  } catch {
    return shown(undefined)
  }
}
