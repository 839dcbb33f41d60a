/** A real browser for tests of pages: Chromium without a window, started once per test file. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type Page, chromium } from 'playwright-core'

/**
 * Starts the browser that the environment variable `CHROMIUM_PATH` names, else the one of
 * `@sparticuz/chromium`, which the first test to ask unpacks in about two seconds. A test file
 * opens it in `beforeAll` and closes it in `afterAll`.
 *
 * The arguments that `@sparticuz/chromium` proposes are not used: they switch off the browser's
 * check of origins, which tests are about, and one process for all pages, which ends with the first.
 */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await unpackedBrowser())
  return chromium.launch({ executablePath, args: ['--no-zygote', '--disable-gpu'] })
}

/** It is unpacked beside its place and renamed, so that no other test file starts half a browser. */
async function unpackedBrowser(): Promise<string> {
  const place = join(tmpdir(), 'liveflag-test-browser')
  if (!existsSync(place)) {
    const unpacked = await mkdtemp(`${place}-`)
    const unpack = `import('@sparticuz/chromium').then((found) => found.default.executablePath())`
    const env = { ...process.env, TMPDIR: unpacked }
    await promisify(execFile)(process.execPath, ['-e', unpack], { cwd: __dirname, env })
    // Refused when another test file was first.
    await rename(unpacked, place).catch(() => rm(unpacked, { recursive: true }))
  }
  return join(place, 'chromium')
}

/**
 * Runs `work` with a new page that shares no storage with any other, and closes it. Rejects when a
 * script of the page threw, so that a test cannot pass over a broken page.
 */
export async function withPage<T>(
  browser: Browser,
  work: (page: Page) => Promise<T>,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<T> {
  const context = await browser.newContext(options)
  try {
    const page = await context.newPage()
    const thrown: Error[] = []
    page.on('pageerror', (error) => thrown.push(error))
    const result = await work(page)
    if (thrown.length > 0) throw new AggregateError(thrown, `the page threw: ${thrown.join('; ')}`)
    return result
  } finally {
    await context.close()
  }
}
