import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Features, openFeatures } from '../../src/index'
import { directory } from '../../src/sources/directory'
import { file } from '../../src/sources/file'
import { eventually } from '../support/eventually'
import { tempDir } from '../support/temp-dir'
import { failing, type Step } from './watch/read-faults'

let features: Features | undefined

afterEach(async () => {
  jest.restoreAllMocks()
  await features?.close()
})

const WAYS = [
  ['events', { events: true, pollMs: 0 }],
  ['polling', { events: false, pollMs: 20 }],
] as const

const FAULTS: readonly (readonly [Step, string])[] = [
  ['open', 'EMFILE'],
  ['open', 'EBUSY'],
  ['open', 'ESTALE'],
  ['open', 'EIO'],
  ['open', 'EACCES'],
  ['fstat', 'EIO'],
  ['read', 'EIO'],
  ['lstat', 'EIO'],
  ['lstat', 'EACCES'],
]

describe('a new content that could not be read at first', () => {
  test.each(
    WAYS.flatMap(([way, options]) =>
      // Without polling each waits for the second attempt, so some stand for all.
      FAULTS.filter(
        ([step, code]) => way === 'polling' || code === 'EMFILE' || step === 'read',
      ).map(([step, code]) => ({ way, options, step, code })),
    ),
  )(
    'is in force once $step no longer fails with $code (by $way), and nobody asks',
    async ({ options, step, code }) => {
      const path = join(tempDir(), 'live.yaml')
      writeFileSync(path, 'feature_a: on')
      features = await openFeatures({ source: file(path, { ...options, settleMs: 1 }) })
      const states: string[] = []
      features
        .on('problem', (problem) => states.push(problem.code))
        .on('stale', () => states.push('stale'))
      const fault = failing(step, code, (asked) => asked === path)
      writeFileSync(path, 'feature_a: off')
      await eventually('the problem', () => states.includes('stale'))
      expect(features.isEnabled('a')).toBe(true)
      fault.stop()
      const { isEnabled } = features
      await eventually('the content', () => !isEnabled.call(features, 'a'))
      expect([features.snapshot.status, features.snapshot.problems]).toEqual(['READY', []])
      expect(states).toEqual(['unreadable', 'stale'])
    },
  )
})

test('a file that cannot be read for a moment is READY again by itself, though the edit means the same', async () => {
  const path = join(tempDir(), 'live.yaml')
  writeFileSync(path, 'feature_a: on')
  features = await openFeatures({ source: file(path, { events: false, pollMs: 20 }) })
  const fault = failing('open', 'EMFILE', (asked) => asked === path)
  await features.reload()
  const status = (): string => features?.snapshot.status ?? ''
  writeFileSync(path, 'feature_a: on # touched')
  await eventually('the problem', () => status() === 'STALE')
  fault.stop()
  await eventually('the end of it', () => status() === 'READY')
  expect(features.isEnabled('a')).toBe(true)
})

describe('in a directory', () => {
  test.each(
    WAYS.flatMap(([way, options]) =>
      (
        [
          ['open', 'EMFILE', 'b.yaml'],
          ['read', 'EIO', 'b.yaml'],
          ['readdir', 'EMFILE', 'live'],
          ['lstat', 'EIO', 'live'],
        ] as const
      ).map(([step, code, name]) => ({ way, options, step, code, name })),
    ),
  )(
    'what $step of $name could not read ($code) is in force afterwards (by $way)',
    async ({ options, step, code, name }) => {
      const dir = join(tempDir(), 'live')
      mkdirSync(dir)
      writeFileSync(join(dir, 'a.yaml'), 'feature_a: on')
      writeFileSync(join(dir, 'b.yaml'), 'feature_b: on')
      features = await openFeatures({
        source: directory(dir, { ...options, settleMs: 1, graceMs: 1 }),
      })
      const opened = features
      features.on('problem', () => undefined)
      const fault = failing(step, code, (asked) => asked.endsWith(name))
      writeFileSync(join(dir, 'b.yaml'), 'feature_b: off')
      await eventually(
        'the problem',
        () => fault.failures > 0 && opened.snapshot.status === 'STALE',
      )
      fault.stop()
      await eventually('the content', () => !opened.isEnabled('b'))
      await eventually('READY', () => opened.snapshot.status === 'READY')
      expect(opened.isEnabled('a')).toBe(true)
    },
  )
})
