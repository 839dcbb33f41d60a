import { memory, openFeatures, type Features } from '../../src/index'

let features: Features

afterEach(() => features.close())

async function open(overriding: string) {
  const base = memory('feature_a: on\nfeature_b: on\n', { name: 'base' })
  const over = memory(overriding, { name: 'over' })
  const events: string[] = []
  features = await openFeatures({ source: [base, over] })
  features
    .on('problem', ({ source, code }) => events.push(`${source} ${code}`))
    .on('stale', ({ problem }) => events.push(`stale ${problem.source} ${problem.line}`))
    .on('ready', () => events.push('ready'))
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  return { base, over, events }
}

describe('an entry of a later source that is refused', () => {
  test.each([
    ['feature_a: {enabled: of}', 'a misspelt kill switch'],
    ['feature_a: {percent_loggedin: 101}', 'a value out of range'],
    ['feature_a: onn', 'a misspelt word'],
  ])('%j overrides nothing, and is loud (%s)', async (overriding) => {
    const { events } = await open(overriding)
    expect(features.isEnabled('a')).toBe(true)
    expect(features.decide('a').heldBack).toBe(true)
    expect(features.snapshot).toMatchObject({ status: 'STALE', heldBack: ['a'] })
    expect(events).toContain('stale over 1')
  })

  test('is over when it is corrected', async () => {
    const { over, events } = await open('feature_a: {enabled: of}')
    await over.set('feature_a: {enabled: off}')
    expect(features.isEnabled('a')).toBe(false)
    expect(features.snapshot).toMatchObject({ status: 'READY', heldBack: [], problems: [] })
    expect(events.at(-1)).toBe('ready')
  })

  test('follows the version below it, when that changes', async () => {
    const { base } = await open('feature_a: {enabled: of}')
    await base.set('feature_a: off\nfeature_b: on\n')
    expect([features.isEnabled('a'), features.snapshot.status]).toEqual([false, 'STALE'])
  })

  test('stays as it was where it had a good version', async () => {
    const { over } = await open('feature_a: off')
    await over.set('feature_a: {enabled: onn}')
    expect([features.isEnabled('a'), features.snapshot.heldBack]).toEqual([false, ['a']])
  })

  test('is held back beside thousands of others', async () => {
    const text = (value: string): string =>
      Array.from({ length: 3000 }, (_, i) => `feature_f${i}: ${value}\n`).join('')
    features = await openFeatures({ source: [memory(text('on')), memory(text('onn'))] })
    expect(features.snapshot.heldBack).toHaveLength(3000)
    expect(features.isEnabled('f2999')).toBe(true)
  })

  test('is its own matter where no earlier source has the feature', async () => {
    await open('feature_c: {enabled: of}')
    expect(features.snapshot).toMatchObject({ status: 'READY', heldBack: [], rejected: ['c'] })
  })
})

describe('what a later source says of a feature that no earlier one has', () => {
  const warnings = (): readonly string[] =>
    features.snapshot.problems.flatMap(({ code, severity, message, source, line }) =>
      code === 'overrides-nothing' ? `${severity} ${source}:${line} ${message}` : [],
    )

  test.each([
    ['a letter is missing', 'feature_chekout: off', '"feature_chekout"'],
    ['two letters are swapped', 'feature_chekcout: off', '"feature_chekcout"'],
    ['a letter is another', 'feature_checkoot: off', '"feature_checkoot"'],
    ['it is in another letter case', 'feature_Checkout: off', '"feature_Checkout"'],
    ['feature_ is left out', 'checkout: off', '"checkout"'],
    ['feature_ is left out and a letter is missing', 'chekout: off', '"chekout"'],
  ])('is a warning where %s', async (_, overriding, key) => {
    const base = memory('feature_checkout: on\n', { name: 'base' })
    features = await openFeatures({ source: [base, memory(overriding, { name: 'over' })] })
    expect(warnings()).toEqual([
      `warning over:1 ${key} overrides nothing: no earlier source has it; did you mean feature_checkout?`,
    ])
  })

  test('is a warning where a hyphen is typed for an underscore', async () => {
    const base = memory('feature_new_header: on\n', { name: 'base' })
    const over = memory('feature_new-header: off', { name: 'over' })
    features = await openFeatures({ source: [base, over] })
    expect(warnings()).toEqual([
      'warning over:1 "feature_new-header" overrides nothing: no earlier source has it; did you mean feature_new_header?',
    ])
  })

  test.each([
    'feature_checkout: off',
    'feature_checkout_v3: off',
    'feature_search: off',
    'x-checkout: {a: 1}',
    'feature_a: on',
  ])('is none: %s', async (overriding) => {
    const base = memory('feature_checkout: on\nfeature_checkout_v2: on\nfeature_b: on\n')
    features = await openFeatures({ source: [base, memory(overriding)] })
    expect(warnings()).toEqual([])
  })

  test('costs little where sources of thousands of features have none in common', async () => {
    const text = (prefix: string): string =>
      Array.from({ length: 5000 }, (_, i) => `feature_${prefix}_${i}: on\n`).join('')
    features = await openFeatures({ source: [memory(text('base')), memory(text('rare'))] })
    expect(warnings()).toEqual([])
  })
})
