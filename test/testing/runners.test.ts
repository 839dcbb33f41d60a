/** The helpers in the real runners, each in a process of its own on a project of its own. */
import { execFile } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { tempDir } from '../support/temp-dir'

const root = join(__dirname, '..', '..')

/** Where a package is installed. */
const folderOf = (name: string): string => dirname(require.resolve(`${name}/package.json`))

interface Ran {
  readonly code: number
  readonly out: string
}

/** A project that has the built package and the runners. */
function project(files: Readonly<Record<string, string>>): string {
  const dir = tempDir()
  mkdirSync(join(dir, 'node_modules'))
  symlinkSync(root, join(dir, 'node_modules', 'liveflag'))
  for (const name of ['vitest', 'jest'])
    symlinkSync(folderOf(name), join(dir, 'node_modules', name))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  return dir
}

const run = (dir: string, args: readonly string[]): Promise<Ran> => {
  const { NODE_TEST_CONTEXT: _c, JEST_WORKER_ID: _w, ...env } = process.env
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { cwd: dir, env: { ...env, NO_COLOR: '1' }, timeout: 60_000 },
      (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code ?? 1) : 0, out: stdout + stderr }),
    )
  })
}

/** The same tests for every runner that has `describe`, `it` and `expect`. */
const TESTS = (name: string): string => `
const features = testFeatures({ header: false })
const gary = { user: { id: 't2_beef', name: 'gary' } }
const CHECKOUT = { experiment: { loggedin: true, variants: [{ name: 'old', weight: 1 }, { name: 'new', weight: 1 }] } }

describe(${JSON.stringify(name)}, () => {
  it('is set', async () => {
    features.setBoolean('header', true)
    await features.setDefinition('checkout', CHECKOUT)
    expect('header').toBeEnabledFor(features, gary)
    features.as(gary, () => features.variant('checkout'))
    expect(features).toHaveExposed('checkout', { unit: 't2_beef', at: expect.any(Number) })
  })

  it('is restored by itself', () => {
    expect('header').not.toBeEnabledFor(features, gary)
    expect('checkout').toHaveVariantFor(features, gary, undefined)
    expect(features).not.toHaveExposed('checkout')
  })

  it('keeps concurrent visitors apart', async () => {
    await features.setDefinition('mine', { users: ['gary'] })
    const asked = ['gary', 'mary'].map((user) =>
      features.as({ user: { id: user, name: user } }, async () => {
        await new Promise((resolve) => setImmediate(resolve))
        return features.isEnabled('mine')
      }))
    expect(await Promise.all(asked)).toEqual([true, false])
  })

  const seen = []
  features.forEachVariant('checkout', ['old', 'new'], (variant) => {
    it('has one answer', () => {
      seen.push(variant)
      expect([features.variant('checkout'), features.getStringValue('checkout', '')]).toEqual([variant, variant])
    })
  })
  features.forEachState('header', (enabled) => {
    it('is on or off', () => {
      seen.push(enabled)
      expect(features.isEnabled('header')).toBe(enabled)
    })
  })
  it('has been in every state', () => expect(seen).toEqual(['old', 'new', true, false]))

  it('fails clearly', () => {
    features.setBoolean('header', true)
    expect('header').not.toBeEnabledFor(features, gary)
  })
})
`

const FAILURE =
  'expected "header" on not to be so for {"user":{"id":"t2_beef","name":"gary"}}, but:'

test('jest', async () => {
  const dir = project({
    'package.json': '{}',
    'jest.config.js':
      "module.exports = { setupFilesAfterEnv: ['liveflag/testing/jest'], transform: {}, testMatch: ['**/*.test.js'] }",
    'a.test.js': `const { testFeatures } = require('liveflag/testing')\n${TESTS('jest')}`,
    'faked.test.js': `
jest.useFakeTimers()
const { testFeatures } = require('liveflag/testing')
it('does not wait by fake timers', async () => {
  const features = testFeatures()
  await features.setDefinition('x', 'on')
  expect(features.isEnabled('x')).toBe(true)
  await features.close()
})
let late
beforeAll(async () => { await null; late = testFeatures({ x: true }) })
it('may be made in a hook', () => expect(late.isEnabled('x')).toBe(true))`,
  })
  const { code, out } = await run(dir, [join(root, 'node_modules/jest/bin/jest.js'), '-i'])
  expect(out).toContain('Tests:       1 failed, 10 passed, 11 total')
  expect(out).toContain(FAILURE)
  expect(code).toBe(1)
})

const VITEST = join(folderOf('vitest'), 'vitest.mjs')
const VITEST_FILE = `
import { describe, expect, it, vi } from 'vitest'
import { testFeatures } from 'liveflag/testing'
${TESTS('vitest')}`

test('vitest, whose hooks are not global', async () => {
  const dir = project({
    'package.json': '{ "type": "module" }',
    'vitest.config.js': "export default { test: { setupFiles: ['liveflag/testing/vitest'] } }",
    'a.test.js': VITEST_FILE,
    'faked.test.js': `
import { expect, it, vi } from 'vitest'
vi.useFakeTimers()
const { testFeatures } = await import('liveflag/testing')
it('does not wait by fake timers', async () => {
  const features = testFeatures()
  await features.setDefinition('x', 'on')
  expect('x').toBeEnabledFor(features, {})
  await features.close()
})`,
  })
  const { code, out } = await run(dir, [VITEST, 'run'])
  expect(out).toMatch(/Tests +1 failed \| 9 passed \(10\)/)
  expect(out).toContain(FAILURE)
  expect(code).toBe(1)
})

test('node:test', async () => {
  const dir = project({
    'a.test.mjs': `
import { describe, it } from 'node:test'
import assert from 'node:assert/strict'
import { testFeatures } from 'liveflag/testing'
const features = testFeatures({ header: false })
describe('node:test', () => {
  it('is set', () => {
    features.setBoolean('header', true)
    assert.ok(features.isEnabled('header'))
  })
  it('is restored by itself', () => assert.equal(features.isEnabled('header'), false))
  features.forEachVariant('checkout', ['old', 'new'], (variant) => {
    it('has a variant', () => assert.equal(features.variant('checkout'), variant))
  })
  it('closes at the end of a block', async () => {
    const own = testFeatures({ x: true })
    await own[Symbol.asyncDispose]()
    await assert.rejects(own.set('x', 1), { code: 'LIVEFLAG_CLOSED' })
  })
})`,
  })
  const { out } = await run(dir, ['--test', 'a.test.mjs'])
  expect(out).toMatch(/# pass 5\n# fail 0/)
})
