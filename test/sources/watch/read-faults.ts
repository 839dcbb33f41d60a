import fs from 'node:fs/promises'

export type Step = 'open' | 'fstat' | 'read' | 'lstat' | 'readdir'

const errorOf = (code: string): NodeJS.ErrnoException =>
  Object.assign(new Error(`${code}: made by a test`), { code })

/**
 * Makes a step of reading fail, for paths that a test chooses, until it is reported to stop. What a test
 * restores with `jest.restoreAllMocks` ends it, too.
 */
export function failing(
  step: Step,
  code: string,
  affects: (path: string) => boolean,
): { stop: () => void; readonly failures: number } {
  let isFailing = true
  let failures = 0
  const fails = (path: unknown): boolean => {
    if (!isFailing || !affects(String(path))) return false
    failures += 1
    return true
  }
  if (step === 'lstat' || step === 'readdir') failCall(step, code, fails)
  else failOpened(step, code, fails)
  return {
    stop: () => (isFailing = false),
    get failures() {
      return failures
    },
  }
}

function failCall(
  step: 'lstat' | 'readdir',
  code: string,
  fails: (path: unknown) => boolean,
): void {
  const actual = fs[step] as (...args: unknown[]) => Promise<never>
  jest
    .spyOn(fs as unknown as Record<string, typeof actual>, step)
    .mockImplementation((...args) =>
      fails(args[0]) ? Promise.reject(errorOf(code)) : actual(...args),
    )
}

function failOpened(
  step: 'open' | 'fstat' | 'read',
  code: string,
  fails: (path: unknown) => boolean,
): void {
  const actual = fs.open
  jest.spyOn(fs, 'open').mockImplementation(async (path, ...args) => {
    if (step === 'open' && fails(path)) throw errorOf(code)
    const handle = await actual(path, ...args)
    const method = step === 'fstat' ? 'stat' : 'read'
    if (step !== 'open' && fails(path))
      Object.assign(handle, { [method]: () => Promise.reject(errorOf(code)) })
    return handle
  })
}
