/** `liveflag sync`, killed at any moment. It runs the built command. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { SyncStatus } from '../../../src/cli/sync/status'
import { contentHash } from '../../../src/sources/bytes'
import { temporaryName } from '../../../src/sources/whole-file'
import { eventually } from '../../support/eventually'
import { PATIENCE, sized } from '../../support/long-run'
import { tempDir } from '../../support/temp-dir'
import { ended, endChildren, start } from '../spawned'

afterEach(endChildren)

const KILLS = sized(20, 200)
const TEXTS = ['on', 'off'].map((value) =>
  Array.from({ length: 3000 }, (_, i) => `feature_number_${i}: ${value}\n`).join(''),
)
const HASHES = TEXTS.map((text) => contentHash(text))

test(
  'killed at any moment, the file is whole, the status says what is in it, and the next start cleans up',
  async () => {
    const folder = mkdtempSync(join(tempDir(), 'killed-'))
    const [source, file] = [join(folder, 'source.yaml'), join(folder, 'live.yaml')]
    let turn = 0
    const say = (): void => {
      writeFileSync(`${source}.next`, TEXTS[++turn % 2] ?? '')
      renameSync(`${source}.next`, source)
    }
    say()
    const seen = { writes: 0, betweenTheTwo: 0, leftBehind: 0 }
    let generation = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const child = start(['sync', '--from', source, file, '--json'])
      const lines: string[] = []
      child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text))
      await eventually('it follows', () => lines.join('').includes('"fresh"'), 20_000)
      const ofOthers = temporaryIn(folder).filter((name) => !name.includes(`-${child.pid}.`))
      expect(ofOthers).toEqual([])
      // It begins to write as soon as it has noticed; each kill comes a little later than the one before.
      const begun = temporaryComes(folder)
      say()
      await begun
      await setTimeout(kill % 10)
      child.kill('SIGKILL')
      await ended(child)

      const hash = contentHash(readFileSync(file, 'utf8'))
      const status = JSON.parse(readFileSync(`${file}.status.json`, 'utf8')) as SyncStatus
      expect(HASHES).toContain(hash)
      expect([status.hash, status.writing ?? status.hash]).toContain(hash)
      if (status.writing === undefined) expect(status.hash).toBe(hash)
      else seen.betweenTheTwo++
      expect(status.generation).toBeGreaterThanOrEqual(generation)
      seen.writes += status.generation - generation
      generation = status.generation
      seen.leftBehind += temporaryIn(folder).length
      // Where the kill came too late to leave one, the next start has one to remove all the same.
      const ofThis = temporaryName('live.yaml').replace(`-${process.pid}.`, `-${child.pid}.`)
      writeFileSync(join(folder, ofThis), 'feature_')
    }
    process.stdout.write(`${JSON.stringify({ kills: KILLS, ...seen })}\n`)
  },
  PATIENCE * 2,
)

const temporaryComes = (folder: string): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(folder, (_, name) => {
      if (!name?.endsWith('.tmp')) return
      watcher.close()
      resolve()
    })
  })

const temporaryIn = (folder: string): readonly string[] =>
  readdirSync(folder).filter((name) => name.endsWith('.tmp'))

test('ends well at SIGTERM: exit code 0, no lock, and a status that says so', async () => {
  const folder = mkdtempSync(join(tempDir(), 'ended-'))
  const [source, file] = [join(folder, 'source.yaml'), join(folder, 'live.yaml')]
  writeFileSync(source, 'feature_a: on\n')
  const child = start(['sync', '--from', source, file])
  let said = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text))
  await eventually('it follows', () => said.includes('FRESH'), 20_000)
  child.kill('SIGTERM')
  expect(await ended(child)).toBe(0)
  expect(readdirSync(folder).sort()).toEqual(['live.yaml', 'live.yaml.status.json', 'source.yaml'])
  expect(JSON.parse(readFileSync(`${file}.status.json`, 'utf8'))).toMatchObject({
    state: 'stopped',
    hash: contentHash('feature_a: on\n'),
  })
})
