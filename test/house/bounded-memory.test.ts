/**
 * Whatever is remembered longer than a request has a bound, which docs/performance.md states and
 * which is reached here.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { HookContext } from '@openfeature/server-sdk'
import { memory, openFeatures, worldOf } from '../../src'
import { type Kept, TemplateCache } from '../../src/decide/template-cache'
import { ReportedProblems } from '../../src/engine/reporter'
import { SEEN_BYTES } from '../../src/engine/request-log'
import { ReadCounts } from '../../src/metrics/read-counts'
import { telemetryHook } from '../../src/openfeature/telemetry'
import { boundedCache, boundedSet, entryBytes } from '../../src/runtime/bounded-cache'
import { RateLimit } from '../../src/server/http/rate-limit'
import { SourceReport } from '../../src/sources/report'
import { memoryStickyService } from '../../src/sticky/memory'
import { codeWords, rowsOf } from './markdown'
import { sourceFiles } from './source-tree'

/** A member or a constant that lives longer than the call that makes it. */
const HELD =
  /^ {2}(?:private |readonly )+#?\w+(?:: [^=\n]+)? = (?:new (?:Map|Set)\b|boundedCache|\[\]$)|^const \w+ = new (?:Map|Set)<[^>]*>\(\)$|^\s+const \w+ = boundedCache/m

/** What ends with the call that makes it: parsers, compilers, one walk. Not what serves requests. */
const SHORT_LIVED =
  /^(?:cli|testing|conditions|editing\/text|live-config\/(?:text|entries|dialects))\/|^engine\/explain|^runtime\/bounded-cache|^sources\/watch\/file-state/

test('the table of performance.md names every file that remembers something', () => {
  const named = rowsOf('docs/performance.md', 'file of `src/`').flatMap(([cell]) => codeWords(cell))
  const holding = sourceFiles()
    .filter(({ path, tree }) => !SHORT_LIVED.test(path) && HELD.test(tree.getFullText()))
    .map(({ path }) => path)
  expect(holding.length).toBeGreaterThan(20)
  expect(holding.filter((path) => !named.includes(path))).toEqual([])
  const paths = sourceFiles().map(({ path }) => path)
  expect(named.filter((path) => !paths.includes(path))).toEqual([])
})

const MiB = 1024 * 1024
const text = (i: number, length = 100): string => String(i).padEnd(length, '.')

test('a cache stays below its bytes, and drops the least recently used', () => {
  const cache = boundedCache<true>(MiB)
  for (let i = 0; i < 10_000; i++) cache.set(text(i), true)
  expect(cache.calculatedSize).toBeLessThanOrEqual(MiB)
  expect(cache.size).toBe(Math.floor(MiB / entryBytes(text(0))))
  expect([cache.has(text(0)), cache.has(text(9999))]).toEqual([false, true])
  // What is larger than all of it is not stored.
  cache.set('x'.repeat(MiB), true)
  expect(cache.has('x'.repeat(MiB))).toBe(false)
})

test('what was recorded is remembered up to 4 MiB', () => {
  const seen = boundedSet(SEEN_BYTES)
  for (let i = 0; i < 20_000; i++) seen.add(text(i))
  expect([seen.has(text(0)), seen.has(text(19_999))]).toEqual([false, true])
})

test('a request that lives long forgets the oldest of the people that it was asked about', async () => {
  let exposures = 0
  const features = await openFeatures({
    source: memory(
      'feature_a: {experiment: {loggedin: true, variants: {control_1: 50, control_2: 50}}}',
    ),
    onExposure: () => exposures++,
  })
  const request = features.for(worldOf())
  const ask = (i: number): boolean =>
    request.isEnabled('a', { user: { id: `user-${text(i, 2000)}` } })
  for (let i = 0; i < 3000; i++) ask(i)
  expect(exposures).toBe(3000)
  ask(2999)
  expect(exposures).toBe(3000)
  // 4 MiB have room for a thousand of such long ids.
  ask(0)
  expect(exposures).toBe(3001)
  expect(request.exposures).toHaveLength(1000)
  await features.close()
})

test('visitors who were asked about rollouts and experiments leave nothing behind', async () => {
  setFlagsFromString('--expose_gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`)
  const entries = names.map((name, i) => [
    `feature_${name}`,
    i % 2 === 0
      ? { percent_loggedin: 25 }
      : { experiment: { loggedin: true, variants: { a: 25, b: 25 } } },
  ])
  const features = await openFeatures({
    source: memory(JSON.stringify(Object.fromEntries(entries))),
  })
  const heapAfter = (from: number, to: number): number => {
    for (let i = from; i < to; i++) {
      const request = features.for(worldOf({ user: { id: `t2_${i}` } }))
      for (const name of names) request.variant(name)
    }
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = heapAfter(0, 2000)
  // A table of their buckets would take 16 bytes for each pair, which is 5 MB.
  expect(heapAfter(2000, 18_000) - before).toBeLessThan(MiB)
  await features.close()
})

test('problems of one code are remembered up to 100, each up to 1,000 characters', () => {
  const reported = new ReportedProblems()
  const isNew = (message: string): boolean =>
    reported.isNew({ code: 'world-threw', severity: 'error', message })
  const news = Array.from({ length: 1000 }, (_, i) => isNew(text(i))).filter(Boolean)
  expect(news).toHaveLength(100)
  const other = new ReportedProblems()
  const long = 'x'.repeat(MiB)
  const isNewToOther = (message: string): boolean =>
    other.isNew({ code: 'world-threw', severity: 'error', message })
  expect([isNewToOther(`${long}1`), isNewToOther(`${long}2`)]).toEqual([true, false])
})

test('answers of decide are cached up to the bytes of the cache, values included', async () => {
  const features = await openFeatures({ source: memory('feature_a: on') })
  const cache = new TemplateCache(features, 60, MiB)
  const value = { text: 'x'.repeat(10_000) }
  const kept = (i: number): Kept => ({
    template: {
      flag: 'a',
      value: i < 1000 ? i : value,
      experimentId: null,
      variantId: null,
      reason: 'no_active_experiment',
    },
    origin: {},
  })
  const key = (i: number): string | undefined => cache.key('a', cache.subjectKey(`u${i}`, {}))
  for (let i = 0; i < 2000; i++) cache.set(key(i), kept(i), 0)
  const cached = Array.from({ length: 2000 }, (_, i) => cache.get(key(i), 0)).filter(Boolean)
  // A value of 20 kB leaves room for some fifty.
  expect(cached.length).toBeGreaterThan(40)
  expect(cached.length).toBeLessThan(60)
  await features.close()
})

test('reads are counted for 20,000 features and 20 values each', () => {
  const counts = new ReadCounts()
  for (let i = 0; i < 30_000; i++) counts.read(`f${i}`, 'force', true)
  for (let i = 0; i < 1000; i++) counts.read('f0', 'force', text(i, 20))
  const all = [...counts.counts()]
  expect(new Set(all.map(({ feature }) => feature)).size).toBe(20_001)
  expect(all.filter(({ feature }) => feature === '<other>')).toMatchObject([{ reads: 10_000 }])
  expect(all.filter(({ feature }) => feature === 'f0')).toHaveLength(21)
})

test('callers that the rate limit forgets start anew', () => {
  const limit = new RateLimit(1, 1, () => 0)
  expect([limit.take('first'), limit.take('first')]).toEqual([undefined, 1])
  for (let i = 0; i < 100_000; i++) limit.take(text(i))
  expect(limit.take('first')).toBeUndefined()
})

test('events that telemetry forgets are sent again', () => {
  let sent = 0
  const hook = telemetryHook({ logger: { emit: () => sent++ }, everyMs: 1000, now: () => 0 })
  const finish = (flagKey: string): unknown =>
    hook.finally?.({ context: {}, providerMetadata: { name: 'liveflag' } } as HookContext, {
      flagKey,
      value: true,
      flagMetadata: {},
    })
  finish('first')
  finish('first')
  expect(sent).toBe(1)
  for (let i = 0; i < 20_000; i++) finish(text(i))
  finish('first')
  expect(sent).toBe(20_002)
})

test('sticky documents are stored up to maxDocuments, and fewer where they are large', async () => {
  const stored = async (length: number): Promise<number> => {
    const service = memoryStickyService({ maxDocuments: 100 })
    for (let i = 0; i < 200; i++)
      await service.saveAssignments({
        attributeName: 'id',
        attributeValue: `u${i}`,
        assignments: { experiment: 'x'.repeat(length) },
      })
    const found = await Promise.all(
      Array.from({ length: 200 }, (_, i) => service.getAssignments('id', `u${i}`)),
    )
    return found.filter(Boolean).length
  }
  expect(await stored(10)).toBe(100)
  expect(await stored(10_000)).toBeLessThan(6)
})

test('a source that fails in another way each time reports each, and remembers 100', () => {
  let reported = 0
  const report = new SourceReport(
    {
      failed: () => reported++,
      content: async () => 'installed',
      confirmed: () => undefined,
      warn: () => undefined,
      unwarn: () => undefined,
    },
    true,
  )
  const fail = (i: number): void =>
    report.failed({ code: 'unreadable', severity: 'error', message: 'it is no text' }, String(i))
  for (let i = 0; i < 1000; i++) fail(i)
  expect(reported).toBe(1000)
  fail(999)
  expect(reported).toBe(1000)
  fail(0)
  expect(reported).toBe(1001)
})
