import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Compat, worldOf } from '../../src'
import { INHERITED, mappingOf } from '../support/arbitraries'
import { sizedVariants, variantOf, type VariantsPlace } from '../../src/experiments/variants'
import { closeEngines, decisionOn, problemsOf, messagesOf, openEngine } from '../support/engine'
import { idInBucket } from '../support/id-in-bucket'
import { variantFor } from '../support/model'
import { isLongRun } from '../support/long-run'

afterEach(closeEngines)

type Shares = Readonly<Record<string, unknown>>
const COMPATS: readonly Compat[] = ['liveflag', 'r2']

const everyBucket = idInBucket.map((_, bucket) => bucket)
/** For random experiments: all of them in a long run, else every seventh. */
const someBuckets = everyBucket.filter((bucket) => isLongRun || bucket % 7 === 3)

/** What the engine picks for buckets, all by default. */
async function picks(
  variants: string,
  compat: Compat,
  buckets: readonly number[] = everyBucket,
): Promise<readonly (string | undefined)[]> {
  const { features } = await openEngine(
    `{"feature_x": {"experiment": {"enabled": "on", "variants": ${variants}}}}`,
    { format: 'json', compat },
  )
  const found = buckets.map((bucket) =>
    features.for(worldOf({ user: { id: idInBucket[bucket] ?? '' } })).variant('x'),
  )
  await closeEngines()
  return found
}

const modelPicks = (
  variants: Shares,
  buckets: readonly number[] = everyBucket,
): readonly (string | undefined)[] => buckets.map((bucket) => variantFor(variants, bucket))

describe.each(COMPATS)('every one of the 1000 buckets, in the semantics of %s', (compat) => {
  test.each([
    ['nothing but the two controls, which are always there', '{}'],
    ['a variant at its cap', '{"blue": 33.3}'],
    [
      'a variant that gets one bucket more, because its limit is a product of doubles',
      '{"alpha": 5.4}',
    ],
    ['controls that are given', '{"blue": 20, "control_1": 5, "control_2": 0}'],
    [
      'names in the order of code points, not of the dictionary',
      '{"a": 10, "B": 10, "é": 10, "z": 10, "_": 10}',
    ],
    ['names that JavaScript would take for indexes', '{"10": 10, "9": 10, "1": 10}'],
    [
      'names beyond the basic plane, which UTF-16 puts before U+E000',
      '{"\\ufb01": 15, "😀": 15, "\\ue000": 15}',
    ],
    ['a name that begins another', '{"a": 10, "ab": 10, "abc": 10}'],
    ['an empty name', '{"": 20}'],
    ['names that every object has', '{"__proto__": 10, "constructor": 10, "toString": 10}'],
    [
      'twenty variants',
      JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`v${i}`, 4.5]))),
    ],
  ])('is where r2.md puts it: %s', async (_, variants) => {
    expect(await picks(variants, compat)).toEqual(modelPicks(JSON.parse(variants) as Shares))
  })

  test('is where r2.md puts it, for random shares (60 experiments)', async () => {
    const name = fc.oneof(
      fc.constantFrom('blue', 'green', 'Zeta', 'control_1', 'control_2', '10', '9', ...INHERITED),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    )
    const share = fc.oneof(
      fc.integer({ min: 0, max: 1000 }).map((n) => n / 10),
      fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
    )
    await fc.assert(
      fc.asyncProperty(mappingOf(name, share, 7), async (variants) =>
        expect(await picks(JSON.stringify(variants), compat, someBuckets)).toEqual(
          modelPicks(variants, someBuckets),
        ),
      ),
      { numRuns: 60, seed: 8 },
    )
  })

  test('keeps its variant when the share of any one variant is raised (60 random experiments)', async () => {
    const share = fc.integer({ min: 0, max: 1000 }).map((n) => n / 10)
    const shares = fc
      .tuple(share, share, share, share, share)
      .map(([blue, green, red, one, two]) => ({ blue, green, red, control_1: one, control_2: two }))
    await fc.assert(
      fc.asyncProperty(
        shares,
        fc.constantFrom('blue', 'green', 'red', 'control_1', 'control_2'),
        share,
        async (variants, grown, by) => {
          const raised = {
            ...variants,
            [grown]: Math.min(100, Math.round((variants[grown as 'blue'] + by) * 10) / 10),
          }
          const [before, after] = [
            await picks(JSON.stringify(variants), compat, someBuckets),
            await picks(JSON.stringify(raised), compat, someBuckets),
          ]
          expect(
            someBuckets.filter((_, at) => before[at] !== undefined && after[at] !== before[at]),
          ).toEqual([])
          expect(
            someBuckets.filter(
              (_, at) => before[at] === undefined && after[at] !== undefined && after[at] !== grown,
            ),
          ).toEqual([])
        },
      ),
      { numRuns: 60, seed: 9 },
    )
  })
})

const TABLES = join(__dirname, '../../../shared/conformance/r2/variant-tables.json')

interface VariantTable {
  readonly name: string
  readonly variantsJson: string
  readonly names: readonly string[]
  readonly picks: readonly number[]
}

if (existsSync(TABLES)) {
  const { variantTables } = JSON.parse(readFileSync(TABLES, 'utf8')) as {
    variantTables: VariantTable[]
  }
  test.each(variantTables)(
    'the published table $name, all 1000 picks',
    async ({ variantsJson, names, picks: indexes }) => {
      const table = indexes.map((index) => (index < 0 ? undefined : names[index]))
      expect(await picks(variantsJson, 'r2')).toEqual(table)
      // Shares that only r2 takes are refused here; the rest are drawn alike.
      if (
        problemsOf(`{experiment: {enabled: on, variants: ${variantsJson}}}`).every(
          ({ severity }) => severity === 'warning',
        )
      ) {
        expect(await picks(variantsJson, 'liveflag')).toEqual(table)
      }
    },
  )
} else {
  console.warn(
    'variants: ../shared/conformance/r2 is not beside the project; none of the published variant tables is run',
  )
}

const R2_PLACE: VariantsPlace = {
  path: [],
  compat: 'r2',
  report: () => undefined,
  unknownKey: () => undefined,
}

test('equal shares in steps of 0.1 percent, 2 to 8 variants: of 1716 experiments 119 give the first variant one bucket too many, as in r2', () => {
  let [experiments, tooMany, tooFewInThePort] = [0, 0, 0]
  for (let n = 2; n <= 8; n++) {
    const names = ['control_1', 'control_2', ...['d', 'e', 'f', 'g', 'h', 'i'].slice(0, n - 2)]
    for (let buckets = 1; buckets <= Math.floor(1000 / n); buckets++) {
      const percent = buckets / 10
      experiments++
      // Each variant should hold `buckets` of its stripe: its last one is in, and the one after it, if
      // there is one, is out.
      const edges = names
        .flatMap((_, i) => [i + (buckets - 1) * n, i + buckets * n])
        .filter((bucket) => bucket < 1000)
      const variants = sizedVariants(
        Object.fromEntries(names.map((name) => [name, percent])),
        R2_PLACE,
      )
      const wrong = edges.filter(
        (bucket) =>
          (variantOf(variants, bucket) !== undefined) !== Math.floor(bucket / n) < buckets,
      )
      expect([[], [buckets * n]]).toContainEqual(wrong)
      tooMany += wrong.length
      // The port in experiments.py cuts the product down to a whole number; then the last variant may
      // lack its last bucket.
      if (Math.trunc(percent * n * 10) < buckets * n) tooFewInThePort++
    }
  }
  expect({ experiments, tooMany, tooFewInThePort, disagreeing: tooMany + tooFewInThePort }).toEqual(
    { experiments: 1716, tooMany: 119, tooFewInThePort: 108, disagreeing: 227 },
  )
})

describe('a variant over its cap of 100/n', () => {
  test('gets what the cap leaves, and is warned about at its place', async () => {
    const entry = '\n  experiment:\n    enabled: on\n    variants:\n      blue: 50'
    expect(problemsOf(entry)).toEqual([
      {
        code: 'variant-over-cap',
        severity: 'warning',
        at: '5:13',
        path: 'experiment.variants.blue',
      },
    ])
    expect(messagesOf(entry)).toEqual([
      'variant blue asks for 50 percent but gets 33.3: with 3 variants, control_1 and control_2 counted, none can hold more than 100/3; lower it to 33.3, or write a list, which has shares of everybody eligible and no controls of its own: variants: [{name: blue, weight: 50}]',
    ])
    expect(
      (await picks('{"blue": 50}', 'liveflag')).filter((name) => name === 'blue'),
    ).toHaveLength(334)
  })

  test('half and half is written as the warning says, and then is half and half', async () => {
    const [message = ''] = messagesOf('{experiment: {enabled: on, variants: {a: 50, b: 50}}}')
    const written = /variants: \[.*\]$/.exec(message)?.[0] ?? ''
    expect(written).toBe('variants: [{name: a, weight: 50}, {name: b, weight: 50}]')
    const entry = `{experiment: {enabled: on, ${written}}}`
    expect(messagesOf(entry)).toEqual([])
    const { features } = await openEngine(`feature_x: ${entry}\n`)
    const variants = Array.from({ length: 1000 }, (_, i) =>
      features.for(worldOf({ user: { id: `t2_${i}` } })).variant('x'),
    )
    const a = variants.filter((variant) => variant === 'a').length
    expect([a > 450 && a < 550, variants.every((variant) => variant !== undefined)]).toEqual([
      true,
      true,
    ])
  })

  test.each([
    ['{blue: 33.3}', 0],
    ['{blue: 33.4}', 1],
    ['{blue: 20, green: 20, red: 20}', 0],
    ['{blue: 20.1, green: 20, red: 20}', 1],
    ['{blue: 5, control_1: 50, control_2: 20}', 1],
    ['{control_1: 50, control_2: 50}', 0],
    ['{blue: 100, control_1: 100, control_2: 100}', 3],
  ])('%s has %i of them', (variants, count) => {
    for (const compat of COMPATS)
      expect(
        problemsOf(`{experiment: {enabled: on, variants: ${variants}}}`, compat).filter(
          ({ code }) => code === 'variant-over-cap',
        ),
      ).toHaveLength(count)
  })

  test('may be a control that nobody wrote: with eleven variants 10 percent are too many', () => {
    const nine = Array.from({ length: 9 }, (_, i) => `v${i}: 5`).join(', ')
    expect(
      problemsOf(`{experiment: {enabled: on, variants: {${nine}}}}`).map(({ path }) => path),
    ).toEqual(['experiment.variants.control_1', 'experiment.variants.control_2'])
  })

  test('marks the r2 Decisions that draw it, and no other', async () => {
    const entry = '{experiment: {enabled: on, variants: {blue: 50, control_1: 33}}}'
    for (const id of idInBucket.slice(0, 40)) {
      const { variant, warning } = await decisionOn(entry, { user: { id } }, { compat: 'r2' })
      expect(warning).toBe(variant === 'blue' ? 'variant-over-cap' : undefined)
      expect((await decisionOn(entry, { user: { id } })).warning).toBeUndefined()
    }
  })

  test('is reported once a generation when r2 draws it, however many visitors it falls to', async () => {
    const text = '{"feature_x": {"experiment": {"enabled": "on", "variants": {"blue": 50}}}}'
    const { features, problems, set } = await openEngine(text, { format: 'json', compat: 'r2' })
    const drawn = (): number =>
      problems.filter(({ message }) => message.includes('was drawn')).length
    const visit = (): void =>
      idInBucket.forEach((id) => features.for(worldOf({ user: { id } })).isEnabled('x'))
    visit()
    visit()
    expect(drawn()).toBe(1)
    await set(text.replace('50', '60'))
    visit()
    expect(drawn()).toBe(2)
  })
})

describe('which variants switch the feature on', () => {
  test.each([
    ['control_1', false],
    ['control_2', false],
    ['control_3', true],
    ['control', true],
    ['Control_1', true],
    ['', true],
    ['constructor', true],
    ['toString', true],
    ['__proto__', true],
  ])('%j: %p', async (name, enabled) => {
    const { features } = await openEngine(
      `{"feature_x": {"experiment": {"enabled": "on", "variants": {${JSON.stringify(name)}: 33}}}}`,
      { format: 'json' },
    )
    const decisions = idInBucket
      .slice(0, 60)
      .map((id) => features.for(worldOf({ user: { id } })).decide('x'))
    const ofIt = decisions.filter(({ variant }) => variant === name)
    expect(ofIt.length).toBeGreaterThan(0)
    expect(ofIt.filter((decision) => decision.enabled !== enabled)).toEqual([])
  })
})

describe('shares that are none', () => {
  test.each(['"50"', 'null', '[5]', '{a: 5}', 'true', '50%'])(
    '%s is refused, at its place',
    (share) => {
      expect(
        problemsOf(
          `\n  experiment:\n    loggedin: true\n    variants:\n      blue: 5\n      green: ${share}`,
        ),
      ).toEqual([
        { code: 'bad-type', severity: 'error', at: '6:14', path: 'experiment.variants.green' },
      ])
    },
  )

  test.each(['-1', '100.1', '1e300'])('%s is refused, at its place', (share) => {
    expect(
      problemsOf(`\n  experiment:\n    loggedin: true\n    variants:\n      blue: ${share}`),
    ).toContainEqual({
      code: 'out-of-range',
      severity: 'error',
      at: '5:13',
      path: 'experiment.variants.blue',
    })
  })

  test.each(['"50"', 'null', '[5]'])('%s crashed r2, and is refused there too', (share) => {
    expect(
      problemsOf(`{experiment: {loggedin: true, variants: {blue: ${share}}}}`, 'r2'),
    ).toMatchObject([{ code: 'bad-type', severity: 'error' }])
  })

  test.each<[string, number]>([
    ['true', 1],
    ['false', 0],
    ['-5', 0],
  ])('r2 takes %s for %i percent', async (share, percent) => {
    const found = await picks(`{"blue": ${share}}`, 'r2')
    expect(found.filter((name) => name === 'blue')).toHaveLength(percent * 10)
  })

  test('one that a thousand buckets cannot say, such as 0.01 percent, is refused or at least warned about: it is a tenth of a percent', () => {
    expect(problemsOf('{experiment: {enabled: on, variants: {blue: 0.01}}}')).not.toEqual([])
  })
})

describe('variants that are no mapping', () => {
  test.each(['5', 'null', 'blue', 'true'])('%s is refused, at its place', (variants) => {
    for (const compat of COMPATS) {
      expect(
        problemsOf(`\n  experiment:\n    loggedin: true\n    variants: ${variants}`, compat),
      ).toEqual([{ code: 'bad-type', severity: 'error', at: '4:15', path: 'experiment.variants' }])
    }
  })

  test.each(['""', '[]'])('%s is like {} to r2', async (variants) => {
    expect(await picks(variants, 'r2')).toEqual(modelPicks({}))
  })

  test('a list is refused by r2, and elsewhere gives the experiment a life', () => {
    const entry = '\n  experiment:\n    loggedin: true\n    variants: [blue]'
    expect([problemsOf(entry, 'r2'), problemsOf(entry)]).toMatchObject([
      [{ code: 'bad-type', path: 'experiment.variants' }],
      [{ code: 'bad-type', path: 'experiment.variants.0' }],
    ])
  })

  test('none at all are the two controls', async () => {
    const { features } = await openEngine('feature_x: {experiment: {enabled: on}}\n')
    const found = idInBucket.map((id) => features.for(worldOf({ user: { id } })).variant('x'))
    expect(found).toEqual(modelPicks({}))
  })
})

describe('many variants', () => {
  const entry = (count: number): string => {
    const variants = Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, 5]))
    return JSON.stringify({ experiment: { enabled: 'on', variants } })
  }

  test('more than there are buckets are one problem', () => {
    expect(problemsOf(entry(1000)).every(({ code }) => code !== 'too-large')).toBe(true)
    expect(problemsOf(entry(1001))).toMatchObject([
      { code: 'too-large', severity: 'error', path: 'experiment.variants' },
    ])
  })

  test.each(COMPATS)('100,000 of them hold nobody up, in the semantics of %s', (compat) => {
    const before = process.cpuUsage()
    expect(problemsOf(entry(100_000), compat).length).toBeLessThan(60)
    const { user } = process.cpuUsage(before)
    // Going through all of them for each took minutes.
    expect(user).toBeLessThan(15_000_000)
  })
})
