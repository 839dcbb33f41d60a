/** A store of answers that processes share, such as `redisAnswers(url)`. */
export interface AnswerStore {
  /** What is stored under each key; null or undefined where there is nothing. */
  get(keys: readonly string[]): Promise<readonly (string | null | undefined)[]>
  /**
   * Stores a text for so many milliseconds, unless there is one already. Resolves to what is there
   * then: the first.
   */
  keepFirst(key: string, text: string, ms: number): Promise<string>
  close(): Promise<void>
}
