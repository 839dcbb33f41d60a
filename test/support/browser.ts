/** A real browser for tests of pages: Chromium without a window. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type Page, chromium } from 'playwright-core'

/** Where `browser-setup.ts` says where the browser is that all test files share. */
export const SHARED = 'LIVEFLAG_TEST_BROWSER'

/**
 * A browser for the tests of one file, which closes it in `afterAll`. Jest's test files share one:
 * each has pages, storage and connections of its own.
 */
export async function openBrowser(): Promise<Browser> {
  const url = process.env[SHARED]
  if (url === undefined) return launchBrowser()
  const answer = await fetch(url)
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return chromium.connectOverCDP(text)
}

/**
 * Starts the browser that the environment variable `CHROMIUM_PATH` names, else the one of
 * `@sparticuz/chromium`, which the first test to ask unpacks in about two seconds.
 *
 * The arguments that `@sparticuz/chromium` proposes are not used: they switch off the browser's
 * check of origins, which tests are about, and one process for all pages, which ends with the first.
 */
export async function launchBrowser(args: readonly string[] = []): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await unpackedBrowser())
  return chromium.launch({ executablePath, args: ['--disable-gpu', '--in-process-gpu', ...args] })
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

type Options = NonNullable<Parameters<Browser['newContext']>[0]>

/** What a test may want to be otherwise. */
export type PageOptions = Pick<Options, 'viewport' | 'colorScheme'>

const USUAL_VIEWPORT = { width: 1280, height: 720 }

/**
 * One page for the tests of a file: a new one is a new process, which costs more than most tests do.
 * Between them it is empty, without cookies and storage, and as large and as light as at first.
 */
export class TestPage {
  private constructor(private readonly page: Page) {}

  static async open(browser: Browser, options: Options): Promise<TestPage> {
    const context = await browser.newContext({ ...options, viewport: USUAL_VIEWPORT })
    return new TestPage(await context.newPage())
  }

  /** Rejects when a script of the page threw, so that a test cannot pass over a broken page. */
  async use<T>(
    work: (page: Page) => Promise<T>,
    { viewport, colorScheme = 'light' }: PageOptions = {},
  ): Promise<T> {
    const { page } = this
    const thrown: Error[] = []
    const note = (error: Error): unknown => thrown.push(error)
    await page.setViewportSize(viewport ?? USUAL_VIEWPORT)
    await page.emulateMedia({ colorScheme })
    page.on('pageerror', note)
    try {
      const result = await work(page)
      if (thrown.length > 0)
        throw new AggregateError(thrown, `the page threw: ${thrown.join('; ')}`)
      return result
    } finally {
      page.off('pageerror', note)
      await page.evaluate('localStorage.clear()').catch(() => undefined)
      await page.context().clearCookies()
      await page.goto('about:blank')
    }
  }
}
