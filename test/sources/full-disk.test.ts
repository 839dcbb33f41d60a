import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import type { Step } from '../support/full-cache-process'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

const ran = (kind: string): readonly Step[] => {
  const program = [...typeScript, 'test/support/full-cache-process.ts', kind, tempDir()]
  const command = ['-c', 'ulimit -f 8; exec "$@"', 'bash', process.execPath, ...program]
  const cwd = resolve(__dirname, '../..')
  return JSON.parse(execFileSync('/bin/bash', command, { cwd, encoding: 'utf8' })) as Step[]
}

test.each(['http', 'growthbook', 'lastGood'])(
  'on a full disk the last good of %s stays whole, the problem is reported once, and answers go on',
  (kind) => {
    const steps = ran(kind)
    expect(steps.map(({ isOn }) => isOn)).toEqual([false, true, false, true, false])
    expect(steps.map(({ problems }) => problems)).toEqual([[], ['bad-cache'], [], [], []])
    expect(steps.map(({ isWarned }) => isWarned)).toEqual([false, true, true, true, false])
    // No half of a file is left beside it.
    expect(steps.map(({ names }) => names.length)).toEqual([1, 1, 1, 1, 1])
    const [first, ...full] = steps.map(({ stored }) => stored)
    const last = full.pop()
    expect(full).toEqual([first, first, first])
    expect(last).not.toBe(first)
    expect(last).toContain('x'.repeat(100))
  },
  60_000,
)
