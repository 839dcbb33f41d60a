import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Features, file, lastGood, openFeatures, type Source } from '../../src/index'
import { directory } from '../../src/sources/directory'
import { eventually } from '../support/eventually'
import { tempDir } from '../support/temp-dir'

const WATCHED = { events: false, pollMs: 0, settleMs: 1, graceMs: 1 }

let dir: string
let live: string
let kept: string
const opened: Features[] = []

beforeEach(() => {
  dir = tempDir()
  live = join(dir, 'live.yaml')
  kept = join(dir, 'kept')
})
afterEach(() => Promise.all(opened.splice(0).map((features) => features.close())))

async function open(source: Source = file(live, WATCHED), strict = false): Promise<Features> {
  const features = await openFeatures({ source: lastGood(source, kept), strict })
  features.on('problem', () => undefined)
  opened.push(features)
  return features
}

/** A process writes these one after the other, and ends. */
async function running(...texts: readonly string[]): Promise<Features> {
  writeFileSync(live, texts[0] ?? '')
  const features = await open()
  for (const text of texts.slice(1)) {
    writeFileSync(live, text)
    await features.reload()
  }
  await features.close()
  return features
}

const answers = (features: Features): unknown => [
  features.isEnabled('a'),
  features.isEnabled('b'),
  features.content.revision,
  features.snapshot.heldBack,
  features.snapshot.names,
]

const GOOD = 'feature_a: on\nfeature_b: off'
const A_BROKEN = 'feature_a: onn\nfeature_b: off'

describe('a process that starts while the live config is broken answers like one that was running', () => {
  test.each<[edits: string, texts: readonly string[]]>([
    ['nothing is broken', [GOOD]],
    ['an entry is broken', [GOOD, A_BROKEN]],
    [
      'an entry is broken, then another one is edited',
      [GOOD, A_BROKEN, 'feature_a: onn\nfeature_b: on'],
    ],
    [
      'one entry is broken after another, edited between',
      [GOOD, A_BROKEN, 'feature_a: onn\nfeature_b: on', 'feature_a: onn\nfeature_b: onn'],
    ],
    ['an entry is broken and corrected', [GOOD, A_BROKEN, 'feature_a: off\nfeature_b: on']],
    ['an entry is broken, then gone', [GOOD, A_BROKEN, 'feature_b: on']],
    ['an entry was never good', ['feature_a: onn\nfeature_b: on']],
    [
      'more edits follow than are stored',
      [GOOD, ...Array.from({ length: 20 }, (_, i) => `${A_BROKEN} # ${i}`)],
    ],
  ])('%s', async (_, texts) => {
    const before = await running(...texts)
    expect(answers(await open())).toEqual(answers(before))
  })

  test.each<[what: string, change: () => void, code: string]>([
    ['not to be parsed', () => writeFileSync(live, 'feature_a: [on'), 'syntax'],
    ['empty', () => writeFileSync(live, ''), 'empty'],
    ['missing', () => rmSync(live), 'missing'],
    ['a directory', () => (rmSync(live), mkdirSync(live)), 'not-a-file'],
    ['not UTF-8', () => writeFileSync(live, Buffer.from([0xff])), 'bad-encoding'],
  ])('the whole text is %s', async (_, change, code) => {
    const before = await running(GOOD)
    change()
    const features = await open()
    expect(answers(features)).toEqual(answers(before))
    expect(features.snapshot.status).toBe('STALE')
    expect(features.snapshot.problems.map((problem) => problem.code)).toEqual(
      expect.arrayContaining([code, 'bad-cache']),
    )
  })

  test('each file of a directory for itself', async () => {
    const parts = join(dir, 'live.d')
    mkdirSync(parts)
    writeFileSync(join(parts, 'a.yaml'), 'feature_a: on')
    writeFileSync(join(parts, 'b.yaml'), 'feature_b: off')
    await (await open(directory(parts, WATCHED))).close()
    writeFileSync(join(parts, 'a.yaml'), 'feature_a: onn')
    writeFileSync(join(parts, 'b.yaml'), 'feature_b: on')
    const features = await open(directory(parts, WATCHED))
    expect([features.isEnabled('a'), features.isEnabled('b')]).toEqual([true, true])
    expect(features.snapshot.heldBack).toEqual(['a'])
  })
})

test('what is in force in place of a refused entry is reported with its date, until it is correct', async () => {
  await running(GOOD)
  writeFileSync(live, A_BROKEN)
  const features = await open()
  const ofStart = (): readonly string[] =>
    features.snapshot.problems.flatMap(({ code, message }) => (code === 'bad-cache' ? message : []))
  expect(ofStart()).toEqual([
    expect.stringMatching(
      /live\.yaml was refused at start, .*held back from 20\d\d-.*Z, as stored in .*; correct/,
    ),
  ])
  writeFileSync(live, 'feature_a: off\nfeature_b: off')
  await features.reload()
  expect(features.snapshot.problems).toEqual([])
})

describe('the file of the last good', () => {
  const stored = (): string => join(kept, readdirSync(kept)[0] ?? '')

  test('is whole: nothing else is left beside it', async () => {
    await running(GOOD, A_BROKEN)
    expect(readdirSync(kept)).toHaveLength(1)
    expect(readFileSync(stored(), 'utf8')).toContain('"sha256"')
  })

  test.each([
    ['cut short', (text: string) => text.slice(0, -20)],
    ['edited', (text: string) => text.replace('feature_a: on', 'feature_a: off')],
    ['empty', () => ''],
    ['of another kind', () => '{}'],
  ])('that is %s is not used, which is reported, and is written anew', async (_, damage) => {
    await running(GOOD)
    writeFileSync(stored(), damage(readFileSync(stored(), 'utf8')))
    writeFileSync(live, A_BROKEN)
    const features = await open()
    expect(features.isEnabled('a')).toBe(false)
    expect(features.snapshot.problems.map(({ code }) => code)).toContain('bad-cache')
    await running(GOOD)
    expect((await open()).snapshot.problems).toEqual([])
  })

  test('that cannot be written is reported, and keeps nothing from being in force', async () => {
    writeFileSync(live, GOOD)
    writeFileSync(kept, 'a file is in the way')
    const features = await open()
    writeFileSync(live, 'feature_a: off\nfeature_b: on')
    await features.reload()
    expect([features.isEnabled('a'), features.isEnabled('b')]).toEqual([false, true])
    expect(features.snapshot.problems.map(({ code }) => code)).toEqual(['bad-cache'])
  })
})

test('a last good that could not be written is written as soon as there is room, though nothing changes', async () => {
  writeFileSync(live, GOOD)
  writeFileSync(kept, 'a file is in the way')
  const features = await open()
  const cannotBeStored = (): boolean =>
    features.snapshot.problems.some(({ message }) => message.includes('cannot be stored'))
  await eventually('a write that fails', cannotBeStored)
  rmSync(kept)
  await eventually('the next one', () => features.snapshot.problems.length === 0)
  await features.close()
  writeFileSync(live, A_BROKEN)
  expect((await open()).isEnabled('a')).toBe(true)
})

describe('strict', () => {
  test('does not start while an entry is refused, and says which', async () => {
    writeFileSync(live, A_BROKEN)
    await expect(open(undefined, true)).rejects.toMatchObject({
      code: 'LIVEFLAG_NO_CONFIG',
      message: expect.stringContaining('feature_a') as string,
    })
    writeFileSync(live, GOOD)
    expect((await open(undefined, true)).snapshot.status).toBe('READY')
  })

  test('does not start with the last good of a text that is refused', async () => {
    await running(GOOD)
    writeFileSync(live, 'feature_a: [on')
    await expect(open(undefined, true)).rejects.toMatchObject({ code: 'LIVEFLAG_NO_CONFIG' })
  })
})

test('two processes that read the same have one revision only when they have the same in force', async () => {
  writeFileSync(live, GOOD)
  const source = (): Source => file(live, WATCHED)
  const running = await openFeatures({ source: source() })
  opened.push(running.on('problem', () => undefined))
  writeFileSync(live, A_BROKEN)
  await running.reload()
  const started = await openFeatures({ source: source() })
  opened.push(started)
  expect([running.isEnabled('a'), started.isEnabled('a')]).toEqual([true, false])
  expect(running.content.hash).toBe(started.content.hash)
  expect(running.content.revision).not.toBe(started.content.revision)
})

test.each([
  ['no source', () => lastGood(undefined as unknown as Source, 'x')],
  ['a path for the source', () => lastGood('live.yaml' as unknown as Source, 'x')],
  ['no directory', () => lastGood(file('x.yaml'), '')],
])('%s is refused at once', (_, make) => {
  expect(make).toThrow(expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION' }))
})
