/** When to look again without being asked; `reread`: read the content even if the path's state is the same. */
export interface Next {
  readonly inMs: number
  readonly reread: boolean
}

export interface Request {
  readonly reread: boolean
  /** Somebody waits for the answer: then missing is missing at once, without grace. */
  readonly awaited: boolean
}

/** Resolves after so many milliseconds, and at once when the path is watched no more. */
export type Sleep = (ms: number) => Promise<void>

/** Tells what a look has found; resolves when that has been judged, with when to look again. */
export type Tell = () => Promise<readonly Next[]>

/** Compares what is there with what was told last. Never rejects. */
export interface Look {
  /** Something was told, whatever it was: the start is over. */
  readonly hasTold: boolean
  find(request: Request): Promise<Tell>
  /** Nothing is told from now on. */
  end(): void
}
