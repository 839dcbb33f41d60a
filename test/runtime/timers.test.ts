import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import timers from 'node:timers'
import promises from 'node:timers/promises'
import { file, memory, openFeatures, type Source } from '../../src/index'
import { directory } from '../../src/sources/directory'
import { http } from '../../src/sources/http'
import { overrideFile } from '../../src/sources/override-file'
import { testFeatures } from '../../src/testing/testing'
import { eventually } from '../support/eventually'
import { FlagServer, serving } from '../support/flag-server'
import { tempDir } from '../support/temp-dir'

let server: FlagServer
beforeAll(async () => {
  server = await FlagServer.start()
})
afterAll(() => server.close())

const ON = '{"feature_a":"on"}'
const OFF = '{"feature_a":"off"}'
const WATCHED = { settleMs: 1, pollMs: 20 }

/** A source that holds `ON`, and how it comes to hold another text. */
type Opened = readonly [source: Source, change: (text: string) => unknown]

function onDisk(toSource: (path: string, dir: string) => Source, text = ON): Opened {
  const dir = tempDir()
  const path = join(dir, 'live.json')
  writeFileSync(path, text)
  return [toSource(path, dir), (text) => writeFileSync(path, text)]
}

const SOURCES: Readonly<Record<string, () => Opened>> = {
  memory: () => {
    const source = memory(ON, { format: 'json' })
    return [source, (text) => source.set(text)]
  },
  file: () => onDisk((path) => file(path, WATCHED)),
  'file by polling': () => onDisk((path) => file(path, { ...WATCHED, events: false })),
  directory: () => onDisk((_, dir) => directory(dir, WATCHED)),
  overrideFile: () => onDisk((path) => overrideFile(path, WATCHED), '{"a":true}'),
  http: () => {
    server.answer = serving(ON)
    return [http(server.url, { refreshMs: 100 }), (text) => (server.answer = serving(text))]
  },
}

async function livesOneChange(name: string): Promise<void> {
  const [source, change] = (SOURCES[name] ?? fail)()
  const features = await openFeatures({ source })
  try {
    expect(features.isEnabled('a')).toBe(true)
    expect(features.snapshot.problems).toEqual([])
    change(name === 'overrideFile' ? '{"a":false}' : OFF)
    await eventually('the change', () => !features.isEnabled('a'))
  } finally {
    await features.close()
  }
}

const names = Object.keys(SOURCES)

describe("while an application's test has fake timers", () => {
  beforeEach(() => jest.useFakeTimers({ now: Date.parse('2031-05-01T12:00:00Z') }))
  afterEach(() => jest.useRealTimers())

  test.each(names)('%s opens, notices a change and closes', async (name) => {
    await livesOneChange(name)
  })

  test('testFeatures opens, changes and closes', async () => {
    const features = testFeatures({ a: true })
    await features.setDefinition('b', 'on')
    const answers = [features.isEnabled('a'), features.isEnabled('b')]
    await features.close()
    expect(answers).toEqual([true, true])
  })
})

describe("while the timers of Node's modules are replaced", () => {
  const never = (): never => undefined as never
  beforeEach(() => {
    for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const)
      jest.spyOn(timers, name).mockImplementation(never)
    for (const name of ['setTimeout', 'setImmediate'] as const)
      jest.spyOn(promises, name).mockImplementation(() => new Promise(never))
  })
  afterEach(() => jest.restoreAllMocks())

  test.each(names)('%s opens, notices a change and closes', async (name) => {
    await livesOneChange(name)
  })
})
