/** Saving through the routes, in files of every kind, and what goes wrong with a disk. */
import promises from 'node:fs/promises'
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { directory, file, type FeaturesOptions, worldOf } from '../../../../src/index'
import type { ConfigFiles } from '../../../../src/server/admin/contract'
import type { Saved } from '../../../../src/server/admin/edits/contract'
import { closeScenes, scene } from '../scene'

afterEach(async () => {
  jest.restoreAllMocks()
  await closeScenes()
})

type Open = (path: string) => Partial<FeaturesOptions>

async function editing(text: string, name: string, open?: Open) {
  const here = await scene({}, text, open, name)
  const { files } = await here.ask<ConfigFiles>('/config')
  const { source, hash: baseHash, format } = files.find((one) => one.source === here.path) ?? {}
  const save = (edit: object) =>
    here.call('POST')('/edits', { source, baseHash, reason: 'r', ...edit })
  return { ...here, save, format, baseHash }
}

const inDirectory: Open = (path) => ({ source: directory(dirname(path), { pollMs: 20 }) })
const TO_ON = [{ kind: 'set', feature: 'a', value: 'on' }]

test.each<[string, string, string, Open | undefined, string, string]>([
  [
    'a directory',
    'feature_a: off # why\nfeature_b: on\n',
    'a.yaml',
    inDirectory,
    'yaml',
    'feature_a: on # why\nfeature_b: on\n',
  ],
  [
    'JSON',
    '{\n  "feature_a": "off",\n  "feature_b": "on"\n}\n',
    'live.json',
    undefined,
    'json',
    '{\n  "feature_a": "on",\n  "feature_b": "on"\n}\n',
  ],
  [
    'ini',
    '; why\n[live_config]\nfeature_a = off\nfeature_b = on\n',
    'live.ini',
    undefined,
    'ini',
    '; why\n[live_config]\nfeature_a = on\nfeature_b = on\n',
  ],
  [
    'JSON by the name of YAML',
    '{"feature_a": "off"}',
    'live.yaml',
    (path) => ({ source: file(path, { format: 'json', pollMs: 20 }) }),
    'json',
    '{"feature_a": "on"}',
  ],
  [
    'ini by another name',
    '[live_config]\nfeature_a = off\n',
    'live.conf',
    (path) => ({ source: file(path, { format: 'ini', pollMs: 20 }) }),
    'ini',
    '[live_config]\nfeature_a = on\n',
  ],
])(
  'an edit of %s is saved as it is written there, and in force',
  async (_, text, name, open, format, saved) => {
    const here = await editing(text, name, open)
    const answer = await here.save({ changes: TO_ON })
    expect([here.format, answer.status]).toEqual([format, 200])
    expect(readFileSync(here.path, 'utf8')).toBe(saved)
    expect((JSON.parse(answer.said) as Saved).generation).not.toBeNull()
    expect(here.features.for(worldOf()).isEnabled('a')).toBe(true)
  },
)

test('of two who save at once, one is told that the file changed underneath', async () => {
  const { save, path } = await editing('feature_a: off\nfeature_b: off\n', 'live.yaml')
  const both = await Promise.all(
    ['a', 'b'].map((feature) => save({ changes: [{ kind: 'set', feature, value: 'on' }] })),
  )
  expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
  const [lost] = both.filter(({ status }) => status === 409)
  const { preview } = JSON.parse(lost?.said ?? '{}') as {
    preview: { hash: string; conflict: { merged: string } }
  }
  const again = await save({ baseHash: preview.hash, text: preview.conflict.merged })
  expect(again.status).toBe(200)
  expect(readFileSync(path, 'utf8')).toBe('feature_a: on\nfeature_b: on\n')
})

test('a disk without room answers 503 with words, and the file is as it was', async () => {
  const { save, path } = await editing('feature_a: off\n', 'live.yaml')
  const full = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  const { open } = promises
  jest.spyOn(promises, 'open').mockImplementation(async (...args) => {
    const opened = await open(...args)
    return args[1] === 'wx'
      ? Object.assign(opened, { writeFile: () => Promise.reject(full) })
      : opened
  })
  const answer = await save({ changes: TO_ON })
  expect([answer.status, JSON.parse(answer.said)]).toEqual([
    503,
    {
      error: {
        code: 'unwritable',
        message: `${path} cannot be written (no room is left on the disk (ENOSPC)); it is as it was`,
      },
    },
  ])
  expect(readFileSync(path, 'utf8')).toBe('feature_a: off\n')
  expect(readdirSync(dirname(path))).toEqual(['live.yaml'])
  jest.restoreAllMocks()
  expect((await save({ changes: TO_ON })).status).toBe(200)
})

test('what a killed server left beside the file is gone when the next one starts', async () => {
  const left = '.live.yaml.00000000-4000000.0123456789abcdef.tmp'
  const { ask, path } = await editing('feature_a: off\n', 'live.yaml', (path) => {
    writeFileSync(join(dirname(path), left), 'half')
    const longAgo = new Date(Date.now() - 3_600_000)
    utimesSync(join(dirname(path), left), longAgo, longAgo)
    return {}
  })
  await ask('/config')
  expect(readdirSync(dirname(path))).toEqual(['live.yaml'])
})
