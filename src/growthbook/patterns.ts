/** A pattern that can be asked of a text; or, as a text, why it cannot. */
export type Pattern = ((text: string) => boolean) | string

/**
 * Compiles a JavaScript pattern. Given from outside, because only conditions with a pattern need a package that can
 * search in linear time: see `linear-patterns.ts`.
 */
export type PatternCompiler = (source: string, ignoreCase: boolean) => Pattern
