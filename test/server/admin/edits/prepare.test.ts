/** Previews: an edit is judged by the live config that is open, and says who changes. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { directory, file, type FeaturesOptions, type Selector } from '../../../../src/index'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import type { Preview } from '../../../../src/server/admin/edits/contract'
import { closeScenes, scene } from '../scene'

afterEach(closeScenes)

const country: Selector = {
  key: 'country',
  stage: 'who',
  summary: 'Visitors from this country.',
  schema: { type: 'string' },
  compile: (value) => (visitor) => visitor.attribute('country') === value,
}

async function previewing(
  text: string,
  open?: (path: string) => Partial<FeaturesOptions>,
  name?: string,
) {
  const here = await scene({}, text, open, name)
  const { files } = await here.ask<ConfigFiles>('/config')
  const { source, hash: baseHash } = files.find((one) => one.source === here.path) ?? {}
  const preview = (edit: object) =>
    here.post<Preview>('/edits/preview', { source, baseHash, ...edit })
  const save = (edit: object) =>
    here.call('POST')('/edits', { source, baseHash, reason: 'r', ...edit })
  return { ...here, preview, save }
}

const codesOf = ({ problems }: Preview) => problems.map(({ code }) => code)

test('a preview says who changes, of the simulated visitors and over all buckets', async () => {
  const { preview } = await previewing('feature_a: {percent_loggedin: 5}\nfeature_b: on\n')
  const changes = [{ kind: 'set', feature: 'a', path: ['percent_loggedin'], value: 25 }]
  const { impact, population } = await preview({ changes })
  expect(population).toEqual({ name: 'simulated', size: 1000 })
  expect(impact).toMatchObject({ isNobody: false, more: 0, features: [{ feature: 'a' }] })
  const [feature] = impact?.features ?? []
  expect(feature?.classes).toContainEqual({
    visitors: 'signed in',
    matrix: expect.objectContaining({ changed: 0.2 }) as unknown,
  })
  const { size = 0, changed = 0 } = feature?.population ?? {}
  expect(size).toBe(1000)
  expect(changed / size).toBeGreaterThan(0.1)
  expect(feature?.examples[0]).toMatchObject({ unit: expect.stringMatching(/^user-/) as unknown })
})

test('a feature that requires the edited one changes with it', async () => {
  const { preview } = await previewing(
    'feature_a: on\nfeature_b: {rules: [{parentConditions: [{id: a, condition: {value: true}}], force: true}], default: false}\n',
  )
  const { impact } = await preview({ changes: [{ kind: 'set', feature: 'a', value: 'off' }] })
  expect(impact?.features.map(({ feature, population }) => [feature, population.changed])).toEqual([
    ['a', 1000],
    ['b', 1000],
  ])
})

test('a comment changes nobody', async () => {
  const { preview } = await previewing('feature_a: {percent_loggedin: 5}\n')
  const { impact, diff } = await preview({ text: '# why\nfeature_a: {percent_loggedin: 5}\n' })
  expect(diff).toContain('+# why')
  expect(impact).toEqual({ isNobody: true, features: [], more: 0 })
})

test('an edit is judged with the selectors of the application, and asked with them', async () => {
  const { preview } = await previewing('feature_a: {country: NZ}\n', () => ({
    selectors: [country],
  }))
  const seen = await preview({ text: 'feature_a: {country: US}\n' })
  expect([codesOf(seen), seen.isRefused]).toEqual([[], false])
  const [feature] = seen.impact?.features ?? []
  expect(feature).toMatchObject({ classes: null, whyNot: 'country may ask anything' })
  expect(feature?.population.changed).toBeGreaterThan(100)
})

test('an edit is judged by the semantics of r2 where the live config has them', async () => {
  const { preview } = await previewing('feature_a: {percent_loggedin: 5}\n', () => ({
    compat: 'r2',
  }))
  const twice = await preview({ text: 'feature_a: {percent_loggedin: 5, percent_loggedin: 6}\n' })
  expect(twice.problems).toMatchObject([{ code: 'duplicate-key', severity: 'warning' }])
  expect(twice.isRefused).toBe(false)
  const rounded = await preview({ text: 'feature_a: {percent_loggedin: 5.5}\n' })
  const signedIn = rounded.impact?.features[0]?.classes?.find(
    ({ visitors }) => visitors === 'signed in',
  )
  // r2 compares whole buckets, so 5.5 is 6.
  expect(signedIn?.matrix.changed).toBe(0.01)
})

test('a feature that another file of the directory has is shown, and the edit is refused', async () => {
  const { preview, save, path } = await previewing('feature_a: on\n', (path) => {
    writeFileSync(join(dirname(path), 'other.yaml'), 'feature_b: off\n')
    return { source: directory(dirname(path), { pollMs: 20 }) }
  })
  const changes = [{ kind: 'add', feature: 'b', value: 'on' }]
  const seen = await preview({ changes })
  const other = join(dirname(path), 'other.yaml')
  expect(seen.problems).toMatchObject([
    {
      code: 'duplicate-feature',
      source: other,
      excerpt: expect.arrayContaining([{ line: 1, text: 'feature_b: off', isIt: true }]) as unknown,
    },
  ])
  expect([seen.isRefused, seen.impact]).toEqual([true, null])
  expect((await save({ changes })).status).toBe(422)
})

test('what a later source overrides changes nobody', async () => {
  const { preview } = await previewing('feature_a: on\n', (path) => {
    const later = join(dirname(path), 'later')
    mkdirSync(later)
    writeFileSync(join(later, 'live.yaml'), 'feature_a: on\n')
    return { source: [file(path, { pollMs: 20 }), file(join(later, 'live.yaml'))] }
  })
  const { impact } = await preview({ changes: [{ kind: 'set', feature: 'a', value: 'off' }] })
  expect(impact).toEqual({ isNobody: true, features: [], more: 0 })
})

test('an edit that lets a ramp go on which a gate holds is told before it is saved', async () => {
  const entry = (name: string, ramp: string) => `feature_${name}:
  experiment:
    enabled: on
    traffic: {ramp: {to: 100, over: 10d, start: 2026-12-01${ramp}}}
    variants: [{name: control}, {name: new}]
`
  const gated = ', hold_at: [30], gates: [errors]'
  const { preview } = await previewing(entry('a', gated), (path) => {
    const layer = join(dirname(path), 'gates.yaml')
    writeFileSync(layer, 'ramps: {a: [{at: 2026-12-02, outcome: fail, percent: 10}]}\n')
    return { source: [file(path), file(layer)], now: () => Date.parse('2026-12-20') }
  })
  const told = async (text: string) =>
    (await preview({ text })).problems.map(({ code, message }) => `${code}: ${message}`)
  expect(await told(`# a note\n${entry('a', gated)}`)).toEqual([])
  expect(await told(entry('b', gated))).toEqual([
    expect.stringMatching(/^overrides-nothing: ramps has edits of feature_a, which is not there/),
    expect.stringMatching(
      /^ramp-jumps: by this edit it was feature_a, and its traffic goes from 0 % to 30 % at once/,
    ),
  ])
  expect(await told(entry('a', gated).replace(/\{ramp.*\}/, '80'))).toContainEqual(
    expect.stringMatching(/^ramp-jumps: by this edit its traffic goes from 0 % to 80 % at once/),
  )
})

test('more removals than the guards allow are refused', async () => {
  const { preview } = await previewing('feature_a: on\nfeature_b: on\n', () => ({
    guards: { maxRemoved: 0.2 },
  }))
  const seen = await preview({ changes: [{ kind: 'delete', feature: 'a' }] })
  expect([codesOf(seen), seen.isRefused]).toEqual([['would-remove-many'], true])
  expect(seen.entries).toMatchObject([{ feature: 'a', after: null }])
})

test('a problem of the file that only moves forbids no edit', async () => {
  const { preview } = await previewing('feature_a: on\nfeature_a: off\nfeature_b: on\n')
  const seen = await preview({
    text: '# The live config.\nfeature_a: on\nfeature_a: off\nfeature_b: off\n',
  })
  expect([codesOf(seen), seen.isRefused]).toEqual([['duplicate-feature'], false])
})

test('a file that is newer than what is in force is read first', async () => {
  const { preview, path, ask, features } = await previewing('feature_a: on\n', (path) => ({
    source: file(path, { pollMs: 3_600_000, events: false }),
  }))
  writeFileSync(path, 'feature_a: on\nfeature_bad: {gold: perhaps}\n')
  const { files } = await ask<ConfigFiles>('/config')
  const changes = [{ kind: 'set', feature: 'a', value: 'off' }]
  const seen = await preview({ baseHash: files[0]?.hash, changes })
  expect([codesOf(seen), seen.isRefused]).toEqual([['bad-type'], false])
  expect(features.snapshot.problems).toMatchObject([{ feature: 'bad' }])
})

test('a preview whose caller goes away ends without a word', async () => {
  const entries = Array.from({ length: 300 }, (_, i) => `feature_f${i}: {percent_loggedin: 5}`)
  const logged: unknown[] = []
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (e: unknown) => logged.push(e),
  }
  const here = await scene({ log }, entries.join('\n'))
  const { files } = await here.ask<ConfigFiles>('/config')
  const { source, hash: baseHash, text = '' } = files[0] ?? {}
  const body = JSON.stringify({ source, baseHash, text: text.replaceAll(': 5', ': 10') })
  const gone = new AbortController()
  const asked = fetch(`${here.url}/api/v1/edits/preview`, {
    method: 'POST',
    body,
    signal: gone.signal,
  })
  const trial = jest.spyOn(here.features, 'trial')
  while (trial.mock.calls.length === 0) await new Promise((resolve) => setImmediate(resolve))
  gone.abort()
  await expect(asked).rejects.toThrow()
  await here.ask('/config')
  expect(logged).toEqual([])
})

test('who changes may be asked of the units that the store has, by name', async () => {
  const { call, path, ask } = await previewing('feature_a: {percent_loggedin: 0}\n')
  const { files } = await ask<ConfigFiles>('/config')
  const changes = [{ kind: 'set', feature: 'a', path: ['percent_loggedin'], value: 100 }]
  const of = (population: string) =>
    call('POST')(`/edits/preview?population=${population}`, {
      source: path,
      baseHash: files[0]?.hash,
      changes,
    })
  const none = JSON.parse((await of('recorded')).said) as Preview
  expect(none.population).toEqual({
    name: 'recorded',
    size: 0,
    note: expect.stringContaining('nobody is recorded yet') as unknown,
  })
  expect(none.impact?.features[0]?.population).toMatchObject({ size: 0, changed: 0 })
  expect((await of('made up')).status).toBe(400)
})

test('the diff of a file that begins with an empty line counts from its first line', async () => {
  const { preview } = await previewing('\nfeature_a: on\nfeature_b: on\n')
  const { diff } = await preview({ changes: [{ kind: 'set', feature: 'a', value: 'off' }] })
  expect(diff).toContain('@@ -1,3 +1,3 @@\n \n-feature_a: on\n')
})
