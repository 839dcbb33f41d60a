/** `liveflag gates`: holds of ramps are judged, and what becomes of them stands in a layer. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DAY, gatedFiles, START } from '../../support/gated-ramp'
import { liveflag, Started } from '../captured-terminal'

async function scene(control: number, variant: number, units = 800) {
  const { live, gates: into, db } = await gatedFiles(control, variant, units)
  const run = (days: number, ...more: string[]) =>
    liveflag(['gates', live, '--into', into, '--store', db, ...more], {
      now: () => new Date(START + days * DAY),
    })
  return { live, into, db, run }
}

const edits = (into: string): string => readFileSync(into, 'utf8').replace(/^#.*\n/gm, '')

test('a pass at the end of the hold lets the ramp go on', async () => {
  const { live, into, run } = await scene(360, 120)
  const early = await run(5.5)
  expect(early.code).toBe(0)
  expect(early.out).toContain(
    'PASS button at 50 %: stays at its hold until that is over; errors of new −66.7 %',
  )
  expect(edits(into)).toBe('ramps: {}\n')
  const held = await liveflag(['check', live, '--layer', into], {
    now: () => new Date(START + 7 * DAY),
  })
  expect(held.out).toContain('50 % now, since 2026-12-06T00:00Z held at 50 % until errors passes')
  expect((await run(7)).out).toContain(`goes on (written into ${into})`)
  expect(edits(into)).toMatch(
    /^ramps:\n {2}button:\n {4}- at: 2026-12-08T00:00:00Z\n {6}outcome: pass\n {6}percent: 50\n/,
  )
  const after = await liveflag(['check', live, '--layer', into], {
    now: () => new Date(START + 8 * DAY),
  })
  expect(after.out).toContain('60 % now')
})

test('a failure puts it back with exit 1, explain says why, and somebody resumes it', async () => {
  const { live, into, run } = await scene(120, 360)
  const failed = await run(3)
  expect(failed.code).toBe(1)
  expect(failed.out).toContain('FAIL button at 30 %: put back to 0 %')
  const now = { now: () => new Date(START + 4 * DAY) }
  const why = await liveflag(
    ['explain', live, 'button', '--layer', into, '--world', '{"user": {"id": "t2_a"}}'],
    now,
  )
  expect(why.out).toContain('put back to 0 % until it is resumed: errors of new')
  expect((await run(4)).out).toBe('no ramp is to be judged now\n')
  const resumed = await run(5, '--resume', 'button', '--reason', 'the timeout was ours')
  expect(resumed.out).toContain('button: grows again from 2026-12-06T00:00Z on')
  expect(edits(into)).toMatch(
    /outcome: resume\n {6}percent: 0\n {6}reason: the timeout was ours\n$/,
  )
})

test('too few units leave it where it is, and --dry-run writes nothing', async () => {
  const { into, run } = await scene(1, 30, 50)
  const { code, out } = await run(3, '--dry-run', '--json')
  expect([code, existsSync(into)]).toEqual([0, false])
  expect(JSON.parse(out)).toMatchObject({
    gates: [{ feature: 'button', outcome: 'inconclusive', edit: null, written: false }],
  })
  expect(out).toContain('too few units: 50 in new')
})

test.each([
  [3, 'INCONCLUSIVE button at 30 %: grows on, as it is at no hold; errors of new'],
  [7, 'INCONCLUSIVE button at 50 %: stays at its hold until every gate passes; errors of new'],
])('after %d days, what cannot be judged: %s', async (days, line) => {
  const { run } = await scene(1, 30, 50)
  expect((await run(days)).out).toContain(line)
})

test('--watch judges until it is interrupted, also while the file cannot be read', async () => {
  const { live, into, db } = await scene(360, 120)
  const text = readFileSync(live, 'utf8')
  writeFileSync(live, 'feature_a: [')
  const args = ['gates', live, '--into', into, '--store', db, '--watch', '--every', '1s']
  const started = new Started(args, { now: () => new Date(START + 7 * DAY) })
  await started.complaint('--every is "1s"')
  expect(await started.ended).toBe(2)
  writeFileSync(live, text)
  const again = new Started([...args.slice(0, -1), '1m'], { now: () => new Date(START + 7 * DAY) })
  expect(await again.line(1)).toContain('PASS button')
  again.interrupt()
  expect(await again.ended).toBe(0)
})

test('a layer that is torn is not judged as if it had no edits, and a directory is none', async () => {
  const { into, run } = await scene(120, 360)
  expect((await run(3)).code).toBe(1)
  writeFileSync(into, `${readFileSync(into, 'utf8')}more: [\n`)
  const torn = await run(3.5)
  expect(torn).toMatchObject({ code: 1, out: '' })
  expect(torn.err).toMatch(/gates\.yaml:\d+:7: the "\[" that opens here is not closed/)
  expect(await run(4, '--into', dirname(into))).toMatchObject({
    code: 2,
    err: `liveflag: --into is the directory ${dirname(into)}; give a file such as ${join(dirname(into), 'gates.yaml')}\n`,
  })
})

test.each([
  ['is a list', () => '- a\n', /gates\.yaml:1:1: the live config is a list/],
  ['has its edits twice', (text: string) => `${text}ramps: {}\n`, /"ramps" is already on line/],
])('nor is one that %s', async (_what, torn, says) => {
  const { into, run } = await scene(120, 360)
  expect((await run(3)).code).toBe(1)
  writeFileSync(into, torn(readFileSync(into, 'utf8')))
  const { code, out, err } = await run(3.5, '--dry-run')
  expect({ code, out }).toEqual({ code: 1, out: '' })
  expect(err).toMatch(says)
})

test('a live config that is torn is not one without ramps', async () => {
  const { live, run } = await scene(120, 360)
  writeFileSync(live, 'feature_button: [\n')
  const torn = /^liveflag: \S+live\.yaml:1:17: the "\[" that opens here is not closed/
  expect(await run(3)).toMatchObject({
    ...{ code: 1, out: '' },
    err: expect.stringMatching(torn) as string,
  })
  const resumed = await run(3, '--resume', 'button', '--reason', 'it was ours')
  expect(resumed).toMatchObject({ code: 1, err: expect.stringMatching(torn) as string })
})

test('what a clock that is ahead has judged is not written again, and harm waits for it by minutes alone', async () => {
  const { into, run } = await scene(120, 360)
  expect((await run(3)).code).toBe(1)
  const before = edits(into)
  const behind = await run(3 - 4 / 1440)
  expect(behind.out).toContain(
    'FAIL button at 29.9722 %: is not put back again, as a clock that is ahead',
  )
  expect(edits(into)).toBe(before)
  expect((await run(2.9)).out).toContain('put back to 0 % (written into')
  expect(edits(into).match(/outcome: fail/g)).toHaveLength(2)
})

test('a failure of a clock that is a day ahead is resumed now, and does not come later', async () => {
  const { live, into, run } = await scene(120, 360)
  const check = async (days: number) => {
    const { out } = await liveflag(['check', live, '--layer', into], {
      now: () => new Date(START + days * DAY),
    })
    return out
  }
  await run(3.9)
  expect(await check(2.9)).toContain(
    'a clock that is ahead has put it back to 0 % from 2026-12-04T21:36Z on',
  )
  expect((await run(2.9)).code).toBe(1)
  expect(await check(2.95)).toContain('put back to 0 % until it is resumed: errors of new')
  for (const days of [2.91, 2.92, 2.93])
    expect((await run(days)).out).toBe('no ramp is to be judged now\n')
  expect(edits(into).match(/outcome: fail/g)).toHaveLength(2)
  expect((await run(2.95, '--resume', 'button', '--reason', 'mended')).code).toBe(0)
  expect(await check(3.45)).toContain('5 % now, 50 % from')
  expect(await check(4)).toContain('10.5 % now, 50 % from')
})

test('a failure that lies ahead alone is resumed, too', async () => {
  const { into, run } = await scene(120, 360)
  await run(3.9)
  expect((await run(2.9, '--resume', 'button', '--reason', 'mended')).code).toBe(0)
  expect((await run(2.95)).out).toContain('INCONCLUSIVE button at 0.5 %')
  expect((await run(4)).out).not.toContain('no ramp is to be judged')
  expect(edits(into).match(/outcome: fail/g)).toHaveLength(1)
})

test.each([
  ['a layer in JSON', ['--into', 'gates.json'], 'the edits are written as YAML'],
  ['a resume without a reason', ['--resume', 'button'], '--resume needs --reason'],
  [
    'a resume of what was not put back',
    ['--resume', 'button', '--reason', 'x'],
    'was not put back',
  ],
  [
    'a resume of no ramp',
    ['--resume', 'other', '--reason', 'x'],
    'feature_other has no ramp with gates',
  ],
])('%s is refused', async (_what, more, message) => {
  const { run } = await scene(1, 1, 1)
  const { code, err } = await run(3, ...more)
  expect([code, err]).toEqual([2, expect.stringContaining(message)])
})
