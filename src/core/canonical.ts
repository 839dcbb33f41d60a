/**
 * A text that is the same for two values exactly when nothing that reads them can see a difference:
 * JSON without spaces, with the keys of every mapping in order. What JSON would lose has a spelling
 * of its own: `Infinity`, `NaN`, `-0`, `10n`, `undefined`.
 *
 * @throws {TypeError} for what a text cannot stand for: a function, a symbol, an instance of a class
 * (Date, Map, Set), a member that is computed when it is read; and for a text longer than `most`
 * @example canonicalText({ b: 1, a: [Infinity, null] }) // {"a":[Infinity,null],"b":1}
 */
export function canonicalText(value: unknown, most = Infinity): string {
  const text = new CanonicalText(most)
  text.add(value)
  return text.written
}

class CanonicalText {
  written = ''

  constructor(private readonly most: number) {}

  add(value: unknown): void {
    if (typeof value === 'object' && value !== null) this.addObject(value)
    else this.append(scalarText(value))
  }

  private addObject(value: object): void {
    if (Array.isArray(value)) this.addList(value)
    else if (isPlain(value)) this.addMapping(value)
    else throw new TypeError('an instance of a class has no canonical text')
  }

  private addList(list: readonly unknown[]): void {
    this.append('[')
    for (let i = 0; i < list.length; i++) {
      if (i > 0) this.append(',')
      // A hole is read as undefined.
      this.add(list[i])
    }
    this.append(']')
  }

  private addMapping(mapping: object): void {
    let before = '{'
    for (const key of Object.getOwnPropertyNames(mapping).sort()) {
      const member = Object.getOwnPropertyDescriptor(mapping, key)
      if (member && !('value' in member))
        throw new TypeError('a member that is computed has no canonical text')
      this.append(`${before}${JSON.stringify(key)}:`)
      this.add(member?.value)
      before = ','
    }
    this.append(before === '{' ? '{}' : '}')
  }

  private append(text: string): void {
    if (this.written.length + text.length > this.most)
      throw new TypeError(`the canonical text is longer than ${this.most} characters`)
    this.written += text
  }
}

/** Of any realm: Jest, for one, has an `Object` of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (typeof prototype !== 'object' || prototype === null) return true
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf')
}

function scalarText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new TypeError(`a ${typeof value} has no canonical text`)
  return Object.is(value, -0) ? '-0' : String(value)
}
