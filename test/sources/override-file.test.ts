import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Exposure, type Features, memory, openFeatures, worldOf } from '../../src'
import type { Position } from '../../src/core/problem'
import type { Format } from '../../src/core/source'
import type { Document } from '../../src/live-config/dialects/dialect'
import { readDocument } from '../../src/live-config/dialects/dialects'
import { defaultSemantics } from '../../src/live-config/entries/semantics'
import { NO_GUARDS } from '../../src/live-config/guards'
import { judgeContent } from '../../src/live-config/judge-content'
import { emptyPart } from '../../src/live-config/part'
import { atOnce } from '../../src/runtime/time-slice'
import { overrideFile, type OverrideFileOptions } from '../../src/sources/override-file'
import { eventually } from '../support/eventually'
import { RecordingSink } from '../support/recording-sink'
import { tempDir } from '../support/temp-dir'

const ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const documentOf = (text: string, format: Format): Document =>
  atOnce(readDocument({ text, format, dialect: 'overrides' }))

const FAST: OverrideFileOptions = { pollMs: 10, settleMs: 5, graceMs: 20 }

function fileOf(text: string, name = 'flags.json'): string {
  const path = join(tempDir(), name)
  writeFileSync(path, text)
  return path
}

/** As most editors save: whole. */
function save(path: string, text: string): void {
  writeFileSync(`${path}.new`, text)
  renameSync(`${path}.new`, path)
}

async function engine(path: string, below?: string, exposures: Exposure[] = []): Promise<Features> {
  const overrides = overrideFile(path, FAST)
  const features = await openFeatures({
    source: below === undefined ? overrides : [memory(below), overrides],
    onExposure: (exposure) => exposures.push(exposure),
  })
  ends.push(() => features.close())
  return features.on('problem', () => undefined)
}

describe('an override file', () => {
  const VALUES = {
    flag: true,
    off: false,
    text: 'from_file',
    empty: '',
    count: 7,
    zero: 0,
    nothing: null,
    list: [1, { a: 2 }],
    object: { on: 'off', default: 3, rules: [] },
    'a-b.c': 'x',
    __proto___: 1,
  }

  it.each([
    ['JSON', 'flags.json', JSON.stringify(VALUES)],
    ['printed JSON', 'flags.json', JSON.stringify(VALUES, null, 2)],
    [
      'YAML',
      'flags.yaml',
      Object.entries(VALUES)
        .map(([name, value]) => `${name}: ${JSON.stringify(value)}\n`)
        .join(''),
    ],
  ])('in %s gives each listed feature its value as it is, to everybody', async (_, name, text) => {
    const features = await engine(fileOf(text, name))
    for (const world of [worldOf(), worldOf({ user: { id: 'u1', name: 'u1' } })]) {
      const request = features.for(world)
      expect(
        Object.fromEntries(Object.keys(VALUES).map((key) => [key, request.decide(key).value])),
      ).toEqual(VALUES)
    }
    expect(features.snapshot.problems).toEqual([])
  })

  it('answers typed questions, falsy values included, and leaves the rest to the code', async () => {
    const features = await engine(fileOf(JSON.stringify(VALUES)))
    expect([
      features.getStringValue('text', 'x'),
      features.getStringValue('empty', 'x'),
      features.getBooleanValue('off', true),
      features.getNumberValue('zero', 5),
      features.getObjectValue('list', []),
      features.getStringValue('unlisted', 'x'),
      features.isEnabled('flag'),
    ]).toEqual(['from_file', '', false, 0, VALUES.list, 'x', true])
  })

  it('lies over the sources before it, and owes no exposure', async () => {
    const below =
      'feature_a: { experiment: { experiment_id: 1, loggedin: true, variants: { x: 50, y: 50 } } }\nfeature_b: on\n'
    const exposures: Exposure[] = []
    const features = await engine(fileOf('{"a": "mine"}'), below, exposures)
    const request = features.for(worldOf({ user: { id: 'u1', name: 'u1' } }))
    expect([request.getStringValue('a', '?'), request.isEnabled('b')]).toEqual(['mine', true])
    expect([exposures, request.exposures]).toEqual([[], []])
  })

  it.each<[value: unknown, shown: string]>([
    ['off', 'text ("off")'],
    ['of', 'text ("of")'],
    ['', 'text ("")'],
    [[false], 'a list'],
    [{ enabled: false }, 'a mapping'],
  ])('refuses %j for a feature that is on or off, loudly', async (value, shown) => {
    const path = fileOf(JSON.stringify({ a: value, b: false, v: value, e: 'x' }))
    const below =
      'feature_a: on\nfeature_b: {gold: true}\nfeature_v: {default: 1}\nfeature_e: {experiment: {loggedin: true, variants: {x: 30}}}\n'
    const features = await engine(path, below)
    expect([features.isEnabled('a'), features.isEnabled('b')]).toEqual([true, false])
    expect(features.decide('v').value).toEqual(value)
    expect(features.snapshot).toMatchObject({
      status: 'STALE',
      heldBack: ['a'],
      problems: [
        {
          code: 'bad-type',
          severity: 'error',
          feature: 'a',
          source: path,
          line: 1,
          message: `its value is ${shown}, and the feature is on or off; write true or false`,
        },
      ],
    })
    save(path, '{"a": false}')
    await eventually('it is off', () => !features.isEnabled('a'))
    expect(features.snapshot.status).toBe('READY')
  })

  it('keeps what it switched off switched off, when a mistake replaces it', async () => {
    const path = fileOf('{"a": false}')
    const features = await engine(path, 'feature_a: on\n')
    save(path, '{"a": "off"}')
    await eventually('the problem', () => features.snapshot.problems.length > 0)
    expect(features.snapshot).toMatchObject({ heldBack: ['a'], problems: [{ code: 'bad-type' }] })
    expect(features.isEnabled('a')).toBe(false)
    save(path, '{"a": true}')
    await eventually('it is on', () => features.isEnabled('a'))
    expect(features.snapshot.problems).toEqual([])
  })

  it('warns of a name that is misspelt, or has the prefix of a live config', async () => {
    const features = await engine(
      fileOf('{"chekout": false, "feature_search": false, "mine": 1}'),
      'feature_checkout: on\nfeature_search: on\n',
    )
    expect(features.snapshot.problems.map(({ code, message }) => [code, message])).toEqual([
      ['overrides-nothing', expect.stringContaining('"chekout" overrides nothing')],
      ['overrides-nothing', expect.stringMatching(/"feature_search".*did you mean search\?/)],
    ])
  })

  it('is watched; a broken edit keeps the last good', async () => {
    const path = fileOf('{"a": 1}')
    const features = await engine(path)
    save(path, '{"a": 2}')
    await eventually('2 is in force', () => features.getNumberValue('a', 0) === 2)
    save(path, '{"a": 3,\n  "b" 4}')
    await eventually('it is stale', () => features.snapshot.status === 'STALE')
    await features.reload()
    expect([features.getNumberValue('a', 0), features.snapshot.status]).toEqual([2, 'STALE'])
    expect(features.snapshot.problems).toEqual([
      expect.objectContaining({ code: 'syntax', line: 2, source: path }),
    ])
    save(path, '{"a": 3}')
    await eventually('3 is in force', () => features.getNumberValue('a', 0) === 3)
    expect(features.snapshot.problems).toEqual([])
  })

  it('is watched also after content that was refused once, when that is put back', async () => {
    const path = fileOf('{"a": 1}')
    const features = await engine(path)
    save(path, '[]')
    await eventually('it is stale', () => features.snapshot.status === 'STALE')
    save(path, '{"a": 1}')
    await eventually('it is ready again', () => features.snapshot.status === 'READY')
  })
})

describe('anything but an object', () => {
  it.each([
    ['a list', '[]', 'not-an-object'],
    ['a text', '"x"', 'not-an-object'],
    ['nothing', '  \n', 'empty'],
    ['half of one', '{"a": ', 'syntax'],
    ['an object and more', '{} {}', 'syntax'],
    ['an object with comments', '{"a": 1 // one\n}', 'syntax'],
    ['a text without end of brackets', `{"a": ${'['.repeat(100_000)}`, 'too-deep'],
  ])('is an error that names the file: %s', async (_, text, code) => {
    const path = fileOf('{"a": 1}')
    const features = await engine(path)
    save(path, text)
    await features.reload()
    expect(features.snapshot.problems).toMatchObject([{ code, severity: 'error', source: path }])
    expect([features.getNumberValue('a', 0), features.snapshot.status]).toEqual([1, 'STALE'])
  })

  it.each([
    ['a list', '- a\n', 'not-an-object'],
    ['nothing but a comment', '# nothing\n', 'empty'],
    ['a mistake', 'a: [1\nb: 2\n', 'syntax'],
    ['a key that is a list', '? [a, b]\n: 1\n', 'not-an-object'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'syntax'],
  ])('is one in YAML, too: %s', (_, text, code) => {
    expect(documentOf(text, 'yaml').fatal).toMatchObject({ code, line: expect.any(Number) })
  })

  it('does not start an engine', async () => {
    const path = fileOf('[]')
    await expect(openFeatures({ source: overrideFile(path, FAST) })).rejects.toThrow(
      /flags\.json:1:1: holds no overrides: it has something other than an object at its top/,
    )
  })

  it('is passed over while a writer is busy', async () => {
    const sink = new RecordingSink()
    const path = fileOf('{"a": 1}')
    const rules = { ...defaultSemantics(), guards: NO_GUARDS, generation: 1 }
    sink.judge = (content) => atOnce(judgeContent(content, emptyPart(path), rules)).outcome
    const source = overrideFile(path, { ...FAST, settleMs: 200, maxWaitMs: 20, pollMs: 5 })
    ends.push(() => source.close())
    await source.open(sink)
    const writing = setInterval(() => writeFileSync(path, '{"a": '), 5)
    ends.unshift(async () => clearInterval(writing))
    await source.check()
    const contents = sink.tellings.flatMap((telling) =>
      telling.kind === 'content' ? [telling.content] : [],
    )
    expect(contents.map(sink.judge)).not.toContain('rejected')
    expect(contents.every(({ dialect }) => dialect === 'overrides')).toBe(true)
    expect(sink.failures).not.toContain('syntax')
  })
})

describe('as live config', () => {
  it.each([
    [
      'json',
      '{\n  "a": [\n    1\n  ],\n\n  "b": 2, "c": 3\n}\n',
      [
        ['feature_a', { default: [1] }, '2:3', '2:8'],
        ['feature_b', { default: 2 }, '6:3', '6:8'],
        ['feature_c', { default: 3 }, '6:11', '6:16'],
      ],
    ],
    [
      'yaml',
      '# hello\na:\n  x: 1\nb: &t yes\nc: *t\n',
      [
        ['feature_a', { default: { x: 1 } }, '2:1', '3:3'],
        ['feature_b', { default: 'yes' }, '4:1', '4:7'],
        ['feature_c', { default: 'yes' }, '5:1', '5:4'],
      ],
    ],
    [
      'json',
      '\uFEFF{"__proto__": {"__proto__": 1}}',
      [
        [
          'feature___proto__',
          { default: JSON.parse('{"__proto__": 1}') as unknown },
          '1:2',
          '1:15',
        ],
      ],
    ],
    [
      'yaml',
      'a: .inf\n5: x\n',
      [
        ['feature_a', { default: null }, '1:1', '1:4'],
        ['feature_5', { default: 'x' }, '2:1', '2:4'],
      ],
    ],
    ['json', '{}', []],
  ] as const)('every entry of %s is where its name is', (format, text, expected) => {
    const at = ({ line, column }: Position): string => `${line}:${column}`
    const document = documentOf(text, format)
    expect(
      [...document.features()].map((entry) => [
        entry.key,
        entry.value,
        at(entry.position),
        at(entry.locate(['default'])),
      ]),
    ).toEqual(expected)
  })

  it('reports a name that is there twice, with its place', async () => {
    await expect(
      openFeatures({ source: overrideFile(fileOf('{"a": 1,\n  "a": 2}'), FAST) }).then(
        (features) => {
          ends.push(() => features.close())
          return features.snapshot.problems
        },
      ),
    ).resolves.toEqual([expect.objectContaining({ code: 'duplicate-feature', line: 2 })])
  })
})

describe('in production', () => {
  const before = process.env.NODE_ENV
  beforeEach(() => void (process.env.NODE_ENV = 'production'))
  afterEach(() => void (process.env.NODE_ENV = before))

  it('is refused', () => {
    expect(() => overrideFile('flags.json')).toThrow(
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining('NODE_ENV is production'),
      }),
    )
  })

  it('is let through by whoever insists', () => {
    expect(overrideFile('flags.json', { allowInProduction: true }).name).toBe('flags.json')
  })
})

it('is JSON or YAML', () => {
  expect(() => overrideFile('flags.ini')).toThrow(/its format is ini/)
})
