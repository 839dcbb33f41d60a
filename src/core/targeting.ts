/** Asks one attribute of the visitor by name; undefined when there is none. */
export type Attributes = (name: string) => unknown

/** Whom an experiment is for; undefined when it cannot be said of this visitor. Never throws. */
export type Expression = (attributes: Attributes) => boolean | undefined

/** Compiles an expression; or tells, as a text, why it cannot be one. */
export type TargetingCompiler = (text: string) => Expression | string
