import { Document, isCollection, isScalar, Scalar, visit } from 'yaml'
import { isJsonList, isJsonObject, type JsonValue } from '../../core/json'
import type { Node } from './tree'

/** How the values of one text are written. */
export interface Writer {
  /** How much deeper members are, in blanks. */
  readonly step: number
  /** How much deeper the items of a list are, in blanks. */
  readonly listStep: number
  key(name: string): string
  /** In one line, as within brackets. `near`: what it replaces, whose quotes it takes. */
  inline(value: JsonValue, near?: Node): string
  /**
   * Lines, the first without indentation and the others with `indent` more blanks than written;
   * undefined when the value belongs into one line.
   */
  lines(value: JsonValue, indent: number, near?: Node): string | undefined
  /** The same within brackets; `indent` is the white space that begins the line. */
  linesInBrackets(value: JsonValue, indent: string, near?: Node): string | undefined
}

const isScalarValue = (value: JsonValue): boolean => typeof value !== 'object' || value === null

/** A list of scalars of this length is written in one line. */
const ONE_LINE = 80

const belongsInLine = (value: JsonValue): boolean =>
  isScalarValue(value) ||
  (isJsonList(value) ? value.length === 0 : Object.keys(value as object).length === 0)

/** JSON in the style of the text: its indentation, and blanks after colons and commas. */
export class JsonWriter implements Writer {
  readonly step: number
  readonly listStep: number
  private readonly indent: string
  private readonly blank: string

  constructor(private readonly text: string) {
    this.indent = /\n([ \t]+)["[{]/.exec(text)?.[1] ?? '  '
    this.step = this.listStep = this.indent.length
    this.blank = /"\s*:\S/.test(text) && !/":\s/.test(text) ? '' : ' '
  }

  key(name: string): string {
    return `${JSON.stringify(name)}:${this.blank}`
  }

  inline(value: JsonValue): string {
    const between = `,${this.blank}`
    if (isJsonList(value)) return `[${value.map((item) => this.inline(item)).join(between)}]`
    if (!isJsonObject(value)) return JSON.stringify(value)
    const members = Object.entries(value).map(([key, item]) => this.key(key) + this.inline(item))
    return `{${members.join(between)}}`
  }

  lines(): undefined {
    return undefined
  }

  linesInBrackets(value: JsonValue, indent: string, near?: Node): string | undefined {
    const isShort = isJsonList(value) && value.every(isScalarValue)
    const wasInLine = near !== undefined && near.slots.length > 0 && !this.isInLines(near)
    if (belongsInLine(value) || isShort || wasInLine) return undefined
    return JSON.stringify(value, null, this.indent).replaceAll('\n', `\n${indent}`)
  }

  private isInLines({ start, end }: Node): boolean {
    return this.text.slice(start, end).includes('\n')
  }
}

/** YAML in the style of the text: its indentation, quotes, and lists in brackets or in lines. */
export class YamlWriter implements Writer {
  readonly step: number
  readonly listStep: number
  private readonly padding: boolean
  private readonly listsInLines: boolean
  private readonly indentsLists: boolean

  constructor(text: string) {
    this.step = Math.min(8, Math.max(2, /\n( +)[^\s#-]/.exec(`\n${text}`)?.[1]?.length ?? 2))
    this.padding = /[[{] \S/.test(text)
    this.listsInLines = /^\s*- /m.test(text) && !/\[[^\]]/.test(text)
    this.indentsLists = !/^( *)[^\s#-][^\n]*:[ \t]*\n\1- /m.test(text)
    this.listStep = this.indentsLists ? this.step : 0
  }

  key(name: string): string {
    return `${this.scalar(name, undefined, true)}: `
  }

  inline(value: JsonValue, near?: Node): string {
    if (isScalarValue(value)) return this.scalar(value, near, true)
    return this.written(value, () => true).trimEnd()
  }

  lines(value: JsonValue, indent: number, near?: Node): string | undefined {
    if (belongsInLine(value) || near?.isFlow) return undefined
    const inLines = near?.kind === 'list' ? !near.isFlow : this.listsInLines
    const isShort = (item: JsonValue): boolean =>
      isJsonList(item) && item.every(isScalarValue) && JSON.stringify(item).length <= ONE_LINE
    if (!inLines && isShort(value)) return undefined
    const text = this.written(value, (item) => belongsInLine(item) || (!inLines && isShort(item)))
    return text.trimEnd().replaceAll('\n', `\n${' '.repeat(indent)}`)
  }

  linesInBrackets(): undefined {
    return undefined
  }

  private scalar(value: JsonValue, near?: Node, isInBrackets = false): string {
    const scalar = new Scalar(value)
    if (typeof value !== 'string') return this.stringified(scalar)
    if (/[\n\r\u2028\u2029\u0085]/.test(value) || near?.quote === '"') return JSON.stringify(value)
    if (near?.quote === "'") scalar.type = 'QUOTE_SINGLE'
    const text = this.stringified(scalar)
    return isInBrackets && /^[^"'].*[,[\]{}]/.test(text) ? JSON.stringify(value) : text
  }

  private stringified(scalar: Scalar): string {
    return new Document(scalar, { schema: 'core', version: '1.2' })
      .toString({ lineWidth: 0, doubleQuotedAsJSON: true })
      .trimEnd()
  }

  private written(value: JsonValue, isFlow: (value: JsonValue) => boolean): string {
    const document = new Document(value, {
      schema: 'core',
      version: '1.2',
      aliasDuplicateObjects: false,
    })
    visit(document, (_, node) => {
      if (isCollection(node) && isFlow(node.toJS(document) as JsonValue)) node.flow = true
      if (isScalar(node) && typeof node.value === 'string' && /[\n\r]/.test(node.value))
        node.type = 'QUOTE_DOUBLE'
    })
    return document.toString({
      indent: this.step,
      indentSeq: this.indentsLists,
      lineWidth: 0,
      flowCollectionPadding: this.padding,
      doubleQuotedAsJSON: true,
    })
  }
}
