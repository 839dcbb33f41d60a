// A program whose sources store their last good where files may have 8 KiB at most (`ulimit -f`), and
// prints what was answered, stored and reported; a test starts it.
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { memory, openFeatures, type Source } from '../../src'
import { growthbook } from '../../src/sources/growthbook'
import { http } from '../../src/sources/http'
import { lastGood } from '../../src/sources/last-good'
import { eventually } from './eventually'

/** What is printed of each text, in turn. */
export interface Step {
  readonly isOn: boolean
  readonly stored: string
  readonly names: readonly string[]
  /** Reported since the step before. */
  readonly problems: readonly string[]
  /** Whether the problem is there now. */
  readonly isWarned: boolean
}

const feature = (value: boolean, filler: number): string =>
  JSON.stringify({ features: { cart: { defaultValue: value, description: 'x'.repeat(filler) } } })
/** The two in the middle do not fit on the disk. */
const TEXTS = [
  feature(false, 0),
  feature(true, 20_000),
  feature(false, 30_000),
  feature(true, 40_000),
  feature(false, 100),
]

async function main(kind: string, directory: string): Promise<void> {
  // The signal would end the process before the write fails.
  process.on('SIGXFSZ', () => undefined)
  let text = TEXTS[0] ?? ''
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'application/json').end(text)
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const options = { cache: { path: join(directory, 'flags.json') }, stream: false } as const
  const local = memory(text)
  const sources: Readonly<Record<string, () => Source>> = {
    http: () => http(url, options),
    growthbook: () => growthbook({ apiHost: url, clientKey: 'sdk-1', ...options }),
    lastGood: () => lastGood(local, directory),
  }
  const source = sources[kind]?.() ?? local
  let problems: string[] = []
  const features = await openFeatures({ source })
  features.on('problem', ({ code }) => problems.push(code))
  const steps: Step[] = []
  for (const next of TEXTS) {
    text = next
    if (kind === 'lastGood') await local.set(next)
    await features.reload()
    const isWarned = (): boolean =>
      features.snapshot.problems.some(({ code }) => code === 'bad-cache')
    const names = (): readonly string[] => readdirSync(directory)
    const read = (): string => readFileSync(join(directory, names()[0] ?? ''), 'utf8')
    const fits = next.length < 1000
    // What is written under another name first is there no more once it is whole.
    await eventually('it is stored, or that it cannot be is said', async () => {
      if (isWarned() === fits || names().length !== 1) return false
      const [name, stored] = [names()[0], read()]
      await setImmediate()
      return stored !== '' && name === names()[0] && (!fits || stored !== steps.at(-1)?.stored)
    })
    const stored = read()
    const isOn = features.isEnabled('cart')
    steps.push({ isOn, stored, names: names(), problems, isWarned: isWarned() })
    problems = []
  }
  await features.close()
  server.close()
  process.stdout.write(JSON.stringify(steps))
}

void main(process.argv[2] ?? '', process.argv[3] ?? '')
