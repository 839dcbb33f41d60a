/**
 * Tests that need a program which not every machine has: without it they are skipped, and say so.
 * Where `LIVEFLAG_TEST_MUST_RUN` names it (CI does, when it has installed it), they fail instead.
 */
import { programOf } from './server-process'

const mustRun = (process.env['LIVEFLAG_TEST_MUST_RUN'] ?? '').split(/[\s,]+/)

/** `path`: where the program is, if it is found by other means than its name. */
export function describeWith(
  program: string,
  title: string,
  body: (path: string) => void,
  path = programOf(program),
): void {
  if (path !== undefined) return describe(title, () => body(path))
  if (mustRun.includes(program))
    return void test(`${title}: ${program} is there, as LIVEFLAG_TEST_MUST_RUN says`, () => {
      throw new Error(`there is no ${program} on the PATH`)
    })
  process.stderr.write(`SKIPPED: ${title}: there is no ${program} on the PATH\n`)
  describe.skip(`${title} (skipped: there is no ${program} on the PATH)`, () => body(program))
}
