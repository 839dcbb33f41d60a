import { type Engine, engineOf, type Tag, tagsIn } from './engines'
import { pugLines, tagsOfLine } from './pug-lines'

/** A place of a template that asks for a feature. */
export interface TemplateQuestion {
  readonly start: number
  readonly method: string
  /** Undefined: the name is a variable. */
  readonly feature: string | undefined
  readonly variants: readonly string[]
}

const METHOD =
  '(?:isEnabled|variant|value|decide|explain|details|get(?:Boolean|String|Number|Object)Value)'
const TEXT = String.raw`"[^"\n]*"|'[^'\n]*'`

/** `features.isEnabled('x')`, `variant("x") === 'new'` */
// A filter is none; behind `||` it is one.
const CALL = new RegExp(
  String.raw`(?<!(?<!\|)\|\s*)\b(${METHOD}|feature)\(\s*(${TEXT}|[\w$.]+)[^()]*\)(?:\s*[!=]=+\s*(${TEXT}))?`,
  'g',
)
/** `{% feature "x", variant="new" %}`, `{{#feature "x"}}`, `(isEnabled "x")`, `(eq (variant "x") "new")` */
const TAG = new RegExp(
  String.raw`(?:^[#^~\s]*(?:else\s+)?|\()\s*(${METHOD}|feature)\s+(${TEXT}|[\w$.]+)(?:\)\s*(${TEXT})|,?\s*variant\s*[=:]\s*(${TEXT}))?`,
  'g',
)
/** `{{ "x" | variant }}`, `"x" | feature(variant="new")` */
const FILTER = new RegExp(
  String.raw`(${TEXT})\s*\|\s*(${METHOD}|feature)\b(?:\s*[(:]\s*variant\s*[=:]\s*(${TEXT}))?`,
  'g',
)
/** `{{#features.x}}` */
const SECTION = /^[#^~\s]*(features|flags)\.([\w-]+)()\s*~?$/g
/** `{{#feature.x}}`, `{{#variant.x.new}}`, `{{value.x}}` of Mustache */
const MEMBER = /^[#^&\s]*(features?|flags|variant|value)\.([\w-]+)(?:\.([\w-]+))?\s*$/g

/** The questions of a template, in the order of the text. */
export function templateQuestions(path: string, text: string): readonly TemplateQuestion[] {
  const engine = engineOf(path)
  if (engine === undefined || !mayAsk(text)) return []
  return tagsOf(text, engine)
    .flatMap(({ code, codeStart }) =>
      questionsOf(code, engine).map((found) => ({ ...found, start: codeStart + found.start })),
    )
    .sort((a, b) => a.start - b.start)
}

/** The tags of a template; of Pug, its lines. */
export const tagsOf = (text: string, engine: Engine): readonly Tag[] =>
  engine.syntax === 'indented' ? pugLines(text).flatMap(tagsOfLine) : tagsIn(text, engine)

const mayAsk = (text: string): boolean =>
  new RegExp(`\\b${METHOD}\\b|\\bfeatures?\\b|\\b(?:flags|variant|value)\\.`).test(text)

function questionsOf(code: string, { name, syntax }: Engine): readonly TemplateQuestion[] {
  const calls = [...code.matchAll(CALL)].map((found) =>
    questionOf(found, found[1], found[2], found[3]),
  )
  if (syntax === 'code' || syntax === 'indented') return calls
  const tags = [...code.matchAll(TAG)].map((found) =>
    questionOf(found, found[1], found[2], found[3] ?? found[4]),
  )
  const filters = [...code.matchAll(FILTER)].map((found) =>
    questionOf(found, found[2], found[1], found[3]),
  )
  if (syntax !== 'sections') return [...calls, ...tags, ...filters]
  const members = [...code.matchAll(name === 'Mustache' ? MEMBER : SECTION)].map((found) =>
    questionOf(found, found[1], `"${found[2] ?? ''}"`, found[3] && `"${found[3]}"`),
  )
  return [...calls, ...tags, ...filters, ...members]
}

function questionOf(
  found: RegExpExecArray,
  method = '',
  name = '',
  variant?: string,
): TemplateQuestion {
  const isText = /^["']/.test(name)
  return {
    start: found.index + found[0].indexOf(method),
    method,
    feature: isText ? name.slice(1, -1) : undefined,
    variants: variant === undefined || variant === '' ? [] : [variant.slice(1, -1)],
  }
}
