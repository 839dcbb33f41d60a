/** A tag of a template: `<% if (a) { %>`, `{% if a %}`, `{{#if a}}`. */
export interface Tag {
  readonly start: number
  readonly end: number
  /** What is inside, and where that begins. */
  readonly code: string
  readonly codeStart: number
  /** Whether it writes the value of its code. */
  readonly isOutput: boolean
}

/** A template language. */
export interface Engine {
  readonly name: string
  /** How files end that are written in it. */
  readonly endings: readonly string[]
  /** Finds tags: the marks after the opening, the code. A comment has no code. */
  readonly tag: RegExp
  /** The marks of a tag that writes a value. */
  readonly output: RegExp
  readonly comment: RegExp
  /** How conditions and blocks are written. */
  readonly syntax: 'code' | 'keywords' | 'sections' | 'indented'
}

const braces = {
  tag: /\{(%|\{)([-+]?)([\s\S]*?)[-+]?(?:%\}|\}\})|\{#[\s\S]*?#\}/g,
  output: /^\{\{/,
  comment: /^\{#/,
  syntax: 'keywords',
} as const

const mustaches = {
  tag: /\{\{(!--[\s\S]*?--|\{|[~&!]*)()([\s\S]*?)~?\}?\}\}/g,
  output: /^\{\{[{&~]*[^#/^{&~!>]/,
  comment: /^\{\{~?!/,
  syntax: 'sections',
} as const

const percents = {
  tag: /<%([#%]|[_=~-]*)()([\s\S]*?)[-_]?%>/g,
  output: /^<%_?[=~-]/,
  comment: /^<%[#%]/,
  syntax: 'code',
} as const

/** Every template language, in one list. The first that knows the ending of a file reads it. */
export const engines: readonly Engine[] = [
  { name: 'EJS', endings: ['.ejs'], ...percents },
  { name: 'Eta', endings: ['.eta'], ...percents },
  { name: 'Nunjucks', endings: ['.njk', '.nunjucks', '.nunj', '.html.j2'], ...braces },
  { name: 'Liquid', endings: ['.liquid'], ...braces },
  { name: 'Handlebars', endings: ['.hbs', '.handlebars'], ...mustaches },
  { name: 'Mustache', endings: ['.mustache'], ...mustaches },
  {
    name: 'Pug',
    endings: ['.pug', '.jade'],
    tag: /^[ \t]*()()(.*)$/gm,
    output: /^\s*(?![-/]|if\b|else\b|unless\b|case\b|when\b|each\b|while\b)/,
    comment: /^\s*\/\//,
    syntax: 'indented',
  },
]

export const engineOf = (path: string): Engine | undefined =>
  engines.find(({ endings }) => endings.some((ending) => path.endsWith(ending)))

/** The tags of a text; comments are left out. */
export function tagsIn(text: string, { tag, output, comment }: Engine): readonly Tag[] {
  return [...text.matchAll(tag)].flatMap((found) => {
    const [whole, , , code = ''] = found
    if (comment.test(whole)) return []
    const start = found.index
    const codeStart = start + whole.indexOf(code, whole.length - code.length - 4 < 0 ? 0 : 1)
    return [{ start, end: start + whole.length, code, codeStart, isOutput: output.test(whole) }]
  })
}
