import { mkdtempSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Lock } from '../../../src/cli/sync/lock'
import { thisHost } from '../../../src/sources/whole-file'
import { tempDir } from '../../support/temp-dir'

const place = (): { file: string; lock: string; folder: string } => {
  const folder = mkdtempSync(join(tempDir(), 'lock-'))
  return { folder, file: join(folder, 'live.yaml'), lock: join(folder, '.live.yaml.lock') }
}

/** A number that no process has: they end at four millions. */
const NOBODY = 2 ** 22 + 7
const holder = (pid: number, host = thisHost()): string =>
  JSON.stringify({ pid, host, token: 'another' })

test('one alone has it, and the next gets it when it is released', async () => {
  const { file, folder } = place()
  const lock = await Lock.of(file)
  await expect(Lock.of(file)).rejects.toMatchObject({ code: 'LIVEFLAG_IN_USE' })
  expect(await lock.isHeld()).toBe(true)
  await lock.release()
  const next = await Lock.of(file)
  expect(await lock.isHeld()).toBe(false)
  await next.release()
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['a process that has ended', holder(NOBODY), 0],
  ['a process of another host that has not renewed it for a minute', holder(1, 'elsewhere'), 61],
  ['this process number, before this process began', holder(process.pid), 40],
  ['a process that is suspended for longer than a minute', holder(process.ppid), 61],
  ['nobody that can be read, a minute ago', '', 61],
])('what is left by %s does not count', async (_, text, secondsAgo) => {
  const { file, lock, folder } = place()
  writeFileSync(lock, text)
  const at = Date.now() / 1000 - secondsAgo - (secondsAgo === 40 ? process.uptime() : 0)
  utimesSync(lock, at, at)
  const taken = await Lock.of(file)
  expect(await taken.isHeld()).toBe(true)
  expect(readdirSync(folder)).toEqual(['.live.yaml.lock'])
})

test.each([
  ['a process that runs', holder(process.ppid)],
  ['another host that renewed it lately', holder(1, 'elsewhere')],
  ['nobody that can be read yet', ''],
])('that of %s counts', async (_, text) => {
  const { file, lock } = place()
  writeFileSync(lock, text)
  await expect(Lock.of(file)).rejects.toMatchObject({ code: 'LIVEFLAG_IN_USE' })
  expect(readFileSync(lock, 'utf8')).toBe(text)
})

test('of many who want it at once, and find one that is left behind, one gets it', async () => {
  const { file, lock, folder } = place()
  writeFileSync(lock, holder(NOBODY))
  const tried = await Promise.allSettled(Array.from({ length: 20 }, () => Lock.of(file)))
  const taken = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const held = await Promise.all(taken.map((one) => one.isHeld()))
  expect(held.filter(Boolean)).toHaveLength(1)
  expect(readdirSync(folder)).toEqual(['.live.yaml.lock'])
})

test('renewing one that somebody has taken over does nothing', async () => {
  const { file, lock } = place()
  const first = await Lock.of(file)
  writeFileSync(lock, holder(1, 'elsewhere'))
  await first.renew()
  await first.release()
  expect(readFileSync(lock, 'utf8')).toBe(holder(1, 'elsewhere'))
})
