/** `liveflag edit`: one change of one entry, who changes by it, and what is written. */
import { readFileSync } from 'node:fs'
import { liveflag, scratch } from '../captured-terminal'

const write = scratch()

const TEXT = `# the shop
feature_checkout: # paid by cards
  percent_loggedin: 50
  percent_loggedout: 50

feature_other: on
`

test('switches a feature off at once, says who loses it and writes why', async () => {
  const path = write('off.yaml', TEXT)
  const { code, out } = await liveflag(['edit', path, 'checkout', 'off', '--reason', 'cards fail'])
  expect(code).toBe(0)
  expect(out).toContain('50 % lose it')
  expect(out).toContain(`${path} changed`)
  expect(readFileSync(path, 'utf8')).toBe(`# the shop
# 2027-01-31T09:05Z off: cards fail
feature_checkout: # paid by cards
  percent_loggedin: 50
  percent_loggedout: 50
  enabled: off

feature_other: on
`)
  await liveflag(['edit', path, 'checkout', 'unset', 'enabled'])
  expect(readFileSync(path, 'utf8').replace(/# 2027.*\n/, '')).toBe(TEXT)
})

test('--dry-run prints the same and writes nothing', async () => {
  const path = write('dry.yaml', TEXT)
  const { code, out } = await liveflag([
    'edit',
    path,
    'feature_checkout',
    'percent',
    '25',
    '--dry-run',
  ])
  expect(code).toBe(0)
  expect(out).toContain('+  percent_loggedin: 25')
  expect(out).toContain('25 % lose it')
  expect(out).toContain('nothing is written, because of --dry-run')
  expect(readFileSync(path, 'utf8')).toBe(TEXT)
})

test('what check would refuse is not written', async () => {
  const path = write('refused.yaml', TEXT)
  const { code, out } = await liveflag(['edit', path, 'checkout', 'set', 'percent_logedin', '25'])
  expect(code).toBe(1)
  expect(out).toContain('did you mean percent_loggedin?')
  expect(out).toContain('nothing is written')
  expect(readFileSync(path, 'utf8')).toBe(TEXT)
})

test('problems that are there already keep nobody from switching off', async () => {
  const path = write('broken.yaml', `${TEXT}feature_broken: {percent_logedin: 5}\n`)
  const { code } = await liveflag(['edit', path, 'checkout', 'off'])
  expect(code).toBe(0)
  expect(readFileSync(path, 'utf8')).toContain('enabled: off')
})

test('an edit without an effect says so', async () => {
  const path = write('still.yaml', 'feature_checkout: {enabled: off, percent_loggedin: 5}\n')
  const { out } = await liveflag(['edit', path, 'checkout', 'percent', '25'])
  expect(out).toContain('Something else decides these answers')
})

test('an edit that changes nothing writes nothing', async () => {
  const path = write('same.yaml', 'feature_checkout: off\n')
  const { code, out } = await liveflag(['edit', path, 'checkout', 'off', '--reason', 'again'])
  expect([code, out]).toEqual([0, 'nothing to change: the entry says that already\n'])
  expect(readFileSync(path, 'utf8')).toBe('feature_checkout: off\n')
})

test('of two layers the text whose entry is in force is edited', async () => {
  const [base, over] = [write('base.yaml', TEXT), write('over.yaml', 'feature_checkout: on\n')]
  await liveflag(['edit', base, 'checkout', 'off', '--layer', over])
  expect(readFileSync(base, 'utf8')).toBe(TEXT)
  expect(readFileSync(over, 'utf8')).toBe('feature_checkout: off\n')
})

test('a reason that JSON has no place for is told, and the edit is made', async () => {
  const path = write('live.json', '{"feature_checkout": "on"}\n')
  const { code, err } = await liveflag(['edit', path, 'checkout', 'off', '--reason', 'cards fail'])
  expect(code).toBe(0)
  expect(err).toContain('--reason is not in the file')
  expect(readFileSync(path, 'utf8')).toBe('{"feature_checkout": "off"}\n')
})

test('a byte-order mark stays, and --json says what was done', async () => {
  const path = write('mark.yaml', `\uFEFF${TEXT}`)
  const { out } = await liveflag(['edit', path, 'other', 'delete', '--json'])
  expect(JSON.parse(out)).toMatchObject({ file: path, written: true, refused: false, problems: [] })
  expect(readFileSync(path, 'utf8')).toBe(`\uFEFF${TEXT.replace('feature_other: on\n', '')}`)
})

test.each([
  ['an unknown feature', ['chekout', 'off'], 'did you mean checkout?'],
  ['an unknown action', ['checkout', 'of'], 'did you mean off?'],
  ['a value that is none', ['checkout', 'set', 'users', '[a'], '"[a" is no value'],
])('%s is told', async (_what, args, message) => {
  const path = write('told.yaml', TEXT)
  const { code, err } = await liveflag(['edit', path, ...args])
  expect(code).toBe(2)
  expect(err).toContain(message)
})

test('a ramp that waits at a hold, and that the edit lets go on at once, is told', async () => {
  const path = write(
    'held.yaml',
    `metrics: [{name: errors, direction: down, role: guardrail, margin: 0.05}]
feature_a:
  experiment:
    enabled: on
    traffic: {ramp: {to: 100, over: 10d, start: 2026-12-01, hold_at: [30], gates: [errors]}}
    variants: [{name: control}, {name: new}]
`,
  )
  const args = ['edit', path, 'a', 'unset', 'experiment.traffic.ramp.gates', '--dry-run']
  const { out } = await liveflag(args, { now: () => new Date('2026-12-20') })
  expect(out).toContain(
    'by this edit its traffic goes from 30 % to 100 % at once: its ramp was held at 30 % until errors passes',
  )
})

test('stdin and URLs cannot be written', async () => {
  expect((await liveflag(['edit', '-', 'a', 'off'])).err).toContain(
    'stdin, which cannot be written',
  )
})

describe('whom it counts besides all buckets', () => {
  const people = Array.from({ length: 40 }, (_, i) => `user-${i}`).join('\n')

  test('--population counts visitors of a file, and --names names those who change', async () => {
    const path = write('counted.yaml', TEXT)
    const population = write('people.csv', `id\n${people}\n`)
    const args = ['edit', path, 'checkout', 'off', '--dry-run', '--population', population]
    const { code, out } = await liveflag(args)
    expect(code).toBe(0)
    expect(out).toContain(`visitors of ${population}`)
    expect(out).not.toMatch(/user-\d/)
    expect((await liveflag([...args, '--names'])).out).toMatch(/user-\d/)
  })

  test('in JSON nobody is named without --names', async () => {
    const path = write('named.yaml', TEXT)
    const population = write('people.csv', `id\n${people}\n`)
    const args = ['edit', path, 'checkout', 'off', '--dry-run', '--population', population]
    const examplesOf = async (...more: readonly string[]): Promise<number> => {
      const { out } = await liveflag([...args, '--json', ...more])
      const { impact } = JSON.parse(out) as { impact: { features: { examples: object[] }[] } }
      return impact.features[0]?.examples.length ?? -1
    }
    expect(await examplesOf()).toBe(0)
    expect(await examplesOf('--names')).toBeGreaterThan(10)
  })
})
