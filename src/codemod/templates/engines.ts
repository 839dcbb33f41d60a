/** What a tag takes away of the text at its side. */
export type Trim = 'nothing' | 'blanks' | 'line' | 'all'

/** A tag of a template: `<% if (a) { %>`, `{% if a %}`, `{{#if a}}`. */
export interface Tag {
  readonly start: number
  readonly end: number
  /** What is inside, and where that begins. */
  readonly code: string
  readonly codeStart: number
  /** Whether it writes the value of its code. */
  readonly isOutput: boolean
  readonly trimsBefore: Trim
  readonly trimsAfter: Trim
}

type Trims = Readonly<Record<string, Trim>>

/** A template language. */
export interface Engine {
  readonly name: string
  /** How files end that are written in it. */
  readonly endings: readonly string[]
  /** Finds tags: the marks after the opening, the code, the mark before the end. What has none of them is skipped. */
  readonly tag: RegExp
  /** The marks of a tag that writes a value. */
  readonly output: RegExp
  /** Comments, and text that is shown as it is written. */
  readonly comment: RegExp
  /** What the marks of a tag do to the text at its side; those that are not here do nothing. */
  readonly trims: { readonly before: Trims; readonly after: Trims }
  /** How conditions and blocks are written. */
  readonly syntax: 'code' | 'keywords' | 'sections' | 'indented'
}

const braces = {
  // What is raw is shown as it is written.
  tag: /\{%-?\s*(?:raw|verbatim|comment)\b[\s\S]*?\{%-?\s*end(?:raw|verbatim|comment)\s*-?%\}|\{#[\s\S]*?#\}|\{%([-+]?)([\s\S]*?)([-+]?)%\}|\{\{([-+]?)([\s\S]*?)([-+]?)\}\}/dg,
  output: /^\{\{/,
  comment: /^\{#|^\{%-?\s*(?:raw|verbatim|comment)\b/,
  trims: { before: { '-': 'all' }, after: { '-': 'all' } },
  syntax: 'keywords',
} as const

const mustaches = {
  tag: /\{\{\{\{[^}]*\}\}\}\}[\s\S]*?\{\{\{\{\/[^}]*\}\}\}\}|(?<!\\)\{\{(~?)(?:!--[\s\S]*?--|\{|[&!]*)([\s\S]*?)(~?)\}?\}\}/dg,
  output: /^\{\{[{&~]*[^#/^{&~!>=]/,
  comment: /^\{\{~?!|^\{\{\{\{/,
  trims: { before: { '~': 'all' }, after: { '~': 'all' } },
  syntax: 'sections',
} as const

const percents = {
  tag: /<%([#%]|[_=~-]*)([\s\S]*?)([-_]?)%>/dg,
  comment: /^<%[#%]/,
  syntax: 'code',
} as const

/** Every template language, in one list. The first that knows the ending of a file reads it. */
export const engines: readonly Engine[] = [
  {
    name: 'EJS',
    endings: ['.ejs'],
    ...percents,
    output: /^<%[=-]/,
    trims: { before: { _: 'blanks' }, after: { _: 'blanks', '-': 'line' } },
  },
  {
    name: 'Eta',
    endings: ['.eta'],
    ...percents,
    output: /^<%[-_]?[=~]/,
    // Without a mark as well, unless its options say otherwise.
    trims: { before: { _: 'all', '-': 'line' }, after: { _: 'all', '-': 'line', '': 'line' } },
  },
  { name: 'Nunjucks', endings: ['.njk', '.nunjucks', '.nunj', '.html.j2'], ...braces },
  { name: 'Liquid', endings: ['.liquid'], ...braces },
  { name: 'Handlebars', endings: ['.hbs', '.handlebars'], ...mustaches },
  { name: 'Mustache', endings: ['.mustache'], ...mustaches },
  {
    name: 'Pug',
    endings: ['.pug', '.jade'],
    tag: /^[ \t]*()(.*)()$/dgm,
    output: /^\s*(?![-/]|if\b|else\b|unless\b|case\b|when\b|each\b|while\b)/,
    comment: /^\s*\/\//,
    trims: { before: {}, after: {} },
    syntax: 'indented',
  },
]

export const engineOf = (path: string): Engine | undefined =>
  engines.find(({ endings }) => endings.some((ending) => path.endsWith(ending)))

/** The tags of a text; comments are left out. */
export function tagsIn(text: string, { tag, output, comment, trims }: Engine): readonly Tag[] {
  return [...text.matchAll(tag)].flatMap((found) => {
    const [whole] = found
    const [mark = '', code, last = ''] = found.slice(1).filter((part) => part !== undefined)
    const [, range] = (found.indices ?? []).slice(1).filter((part) => part !== undefined)
    if (code === undefined || range === undefined || comment.test(whole)) return []
    return [
      {
        start: found.index,
        end: found.index + whole.length,
        code,
        codeStart: range[0],
        isOutput: output.test(whole),
        trimsBefore: trims.before[mark.charAt(0)] ?? 'nothing',
        trimsAfter: trims.after[last] ?? 'nothing',
      },
    ]
  })
}
