/** Laws of edits, over arbitrary live configs in every format and layout. */
import fc from 'fast-check'
import { stringify } from 'yaml'
import { isJsonObject, type JsonObject, type JsonValue, jsonEqual } from '../../src/core/json'
import type { Format } from '../../src/core/source'
import type { EntryChange } from '../../src/editing/change'
import { editText, entryTexts } from '../../src/editing/edit-text'
import { readWritten } from '../../src/live-config/read-entries'
import { yamlText } from '../live-config/parse-arbitraries'
import { sized } from '../support/long-run'

const key = fc.constantFrom(
  'users',
  'percent_loggedin',
  'a b',
  '5',
  'true',
  '__proto__',
  'constructor',
  'x: y',
  'é',
  '',
)
const scalar = fc.oneof(
  fc.constantFrom(
    'on',
    'off',
    'true',
    '5',
    '~',
    '',
    ' a',
    'a: b',
    '# no',
    "it's",
    '"',
    '[x]',
    'a\nb\n',
    'é😀',
    '- a',
    '{',
    '&a',
    '*a',
    '!t',
    '%',
    '@',
    '`',
  ),
  fc.string({ maxLength: 6 }).filter((text) => !/[\ud800-\udfff\ufeff]/.test(text)),
  fc.integer({ min: -5, max: 100 }),
  fc.constantFrom(0.5, 12.5, 1e21, true, false, null),
)
const { value } = fc.letrec<{ value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(key, tie('value')), { maxLength: 4, selector: ([name]) => name })
      .map((members) => Object.fromEntries(members)),
  ),
}))
const name = fc.constantFrom('a', 'b', 'c', 'd', 'a b', '__proto__', 'é', '1')
const config = fc
  .uniqueArray(fc.tuple(name, value), { minLength: 1, maxLength: 4, selector: ([one]) => one })
  .map((members): JsonObject =>
    Object.fromEntries(members.map(([one, it]) => [`feature_${one}`, it])),
  )

/** A text that says what the config says, in one of many layouts, with comments where it may have some. */
const layout = fc.record({
  format: fc.constantFrom<'yaml' | 'flow' | 'json' | 'short json' | 'ini'>(
    'yaml',
    'yaml',
    'flow',
    'json',
    'short json',
    'ini',
  ),
  indent: fc.constantFrom(2, 4),
  indentSeq: fc.boolean(),
  end: fc.constantFrom('\n', '\r\n'),
  bom: fc.boolean(),
  comments: fc.boolean(),
  last: fc.boolean(),
})

interface Case {
  readonly text: string
  readonly format: Format
}

const written = fc.tuple(config, layout).map(([entries, made]): Case => {
  let text = bare(entries, made)
  const isYaml = made.format === 'yaml'
  if (isYaml && made.comments && !/[|>][-+]?\n/.test(text))
    text = `# head\n${text.replace(/^( *[\w ]+: \d+)$/gm, '$1 # why').replace(/^feature_b/m, '# above b\nfeature_b')}# tail\n`
  if (!made.last) text = text.replace(/\n$/, '')
  return {
    text: (made.bom ? '\uFEFF' : '') + text.replaceAll('\n', made.end),
    format: made.format === 'ini' ? 'ini' : made.format.endsWith('json') ? 'json' : 'yaml',
  }
})

function bare(
  entries: JsonObject,
  { format, indent, indentSeq }: { format: string; indent: number; indentSeq: boolean },
): string {
  if (format === 'json') return `${JSON.stringify(entries, null, indent)}\n`
  if (format === 'short json') return `${JSON.stringify(entries)}\n`
  if (format === 'ini')
    return `[live_config]\n${Object.entries(entries)
      .map(([one, it]) => `${one} = ${JSON.stringify(it)}\n`)
      .join('')}`
  if (format === 'flow')
    return Object.entries(entries)
      .map(([one, it]) => `${JSON.stringify(one)}: ${JSON.stringify(it)}\n`)
      .join('')
  return stringify(entries, { indent, indentSeq, lineWidth: 0, aliasDuplicateObjects: false })
}

const change = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), value }),
  fc.record({ kind: fc.constant('set' as const), value, path: fc.array(key, { maxLength: 2 }) }),
  fc.record({
    kind: fc.constant('unset' as const),
    path: fc.array(key, { minLength: 1, maxLength: 1 }),
  }),
  fc.record({ kind: fc.constant('rename' as const), to: name.map((one) => `${one}2`) }),
  fc.constant({ kind: 'delete' as const }),
  fc.record({ kind: fc.constant('add' as const), value }),
)

/** What the text says, and the bytes of each entry. */
const says = (text: string, format: Format) =>
  new Map([...readWritten(text, format).features].map(([one, entry]) => [one, entry.value]))

function isRefused(error: unknown): boolean {
  return (error as { code?: string }).code === 'LIVEFLAG_CANNOT_EDIT'
}

function edited({ text, format }: Case, one: EntryChange): string | undefined {
  try {
    return editText(text, format, [one])
  } catch (error) {
    if (!isRefused(error)) throw error
    return undefined
  }
}

const property = (texts: fc.Arbitrary<Case>) =>
  fc.property(texts, fc.nat(3), change, (source, pick, made) => {
    const before = says(source.text, source.format)
    const names = [...before.keys()]
    const feature =
      made.kind === 'add' ? 'added' : (names[pick % Math.max(1, names.length)] ?? 'none')
    // The arbitrary has every member that its kind needs.
    const after = edited(source, { ...made, feature })
    if (after === undefined) return
    const now = says(after, source.format)
    const lines = entryTexts(source.text, source.format)
    const newLines = entryTexts(after, source.format)
    for (const other of names.filter((one) => one !== feature)) {
      expect(now.get(other)).toEqual(before.get(other))
      expect(newLines.get(other)).toBe(lines.get(other))
    }
    if (made.kind === 'delete') expect(now.has(feature)).toBe(false)
    if (made.kind === 'rename') expect(now.get(made.to)).toEqual(before.get(feature))
    if (made.kind === 'set' && !('path' in made)) expectValue(now.get(feature), made.value)
    const [start, end] = commonEnds(source.text, after)
    const own = lines.get(feature)
    if (own !== undefined && made.kind !== 'rename')
      expect(source.text.replaceAll('\r\n', '\n')).toContain(own)
    expect(start + end).toBeGreaterThanOrEqual(source.text.length - longest(own, source.text))
  })

function expectValue(found: JsonValue | undefined, wanted: JsonValue): void {
  const isSame =
    jsonEqual(found, wanted) ||
    (typeof found === 'string' && jsonEqual(JSON.parse(found) as JsonValue, wanted))
  expect({ found, isSame }).toEqual({ found, isSame: true })
}

/** How many characters are the same at the start and at the end. */
function commonEnds(a: string, b: string): readonly [number, number] {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end))
    end++
  return [start, end]
}

/** An edit may touch the lines of its entry, and the comma or line break beside them. */
const longest = (own: string | undefined, text: string): number =>
  (own?.length ?? 0) + (own?.split('\n').length ?? 0) + (text.includes('{') ? 40 : 4)

test('an edit says what it says, and leaves every other entry as it is written', () => {
  fc.assert(property(written), { numRuns: sized(60, 5000) })
})

test('the same holds of YAML with anchors, tags, texts and comments anywhere', () => {
  fc.assert(property(yamlText.map((text): Case => ({ text, format: 'yaml' }))), {
    numRuns: sized(60, 5000),
  })
})

test('no edit of a live config in a usual layout is refused', () => {
  fc.assert(
    fc.property(written, fc.nat(3), value, (source, pick, wanted) => {
      const names = [...says(source.text, source.format).keys()]
      const feature = names[pick % names.length]
      if (feature === undefined || source.format === 'ini') return
      editText(source.text, source.format, [{ kind: 'set', feature, value: wanted }])
      if (isJsonObject(says(source.text, source.format).get(feature)))
        editText(source.text, source.format, [
          { kind: 'set', feature, path: ['gold'], value: wanted },
          { kind: 'unset', feature, path: ['gold'] },
          { kind: 'rename', feature, to: 'other' },
          { kind: 'delete', feature: 'other' },
        ])
    }),
    { numRuns: sized(60, 5000) },
  )
})
