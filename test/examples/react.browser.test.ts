/** The React example as a program: its types, its page in a browser, and an edit of its live config. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser } from 'playwright-core'
import { root } from '../house/files'
import { openBrowser, withPage } from '../support/browser'
import { eventually } from '../support/eventually'
import { tempDir } from '../support/temp-dir'
import { typeScript } from '../support/type-script'

const example = join(root, 'examples/react')

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
}, 30_000)
afterAll(() => browser.close())

test('its types are right', async () => {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', example])
}, 60_000)

test('a page is hydrated as it was rendered, reports once, and follows an edit while it is open', async () => {
  const live = join(tempDir(), 'live.yaml')
  copyFileSync(join(example, 'live.yaml'), live)
  const env = { ...process.env, PORT: '0' }
  const program = [...typeScript, join(example, 'server.tsx'), live]
  const child = spawn(process.execPath, program, { cwd: root, env })
  try {
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
    while (!/port: \d+/.test(printed) && child.exitCode === null) await once(child.stdout, 'data')
    const url = `http://127.0.0.1:${/port: (\d+)/.exec(printed)?.[1] ?? printed}/?user=gary`

    await withPage(browser, async (page) => {
      const errors: string[] = []
      page.on('console', (message) => message.type() === 'error' && errors.push(message.text()))
      const html = await (await fetch(url)).text()
      const [, rendered = ''] = /<div id="app">(.*)<\/div><script/s.exec(html) ?? []
      const [, color = ''] = /<button class="(\w+)">/.exec(rendered) ?? []
      expect(rendered).toContain('<h1>The new shop</h1><p>Good things</p>')
      expect(html).not.toContain('stock_check')

      await page.goto(url)
      expect(await page.locator('#app').innerHTML()).toBe(rendered)
      await eventually('the page reports', () => printed.includes(' saw '))
      expect(printed.match(/.* saw .*/g)).toEqual([`t2_gary saw buy_button: ${color}`])

      writeFileSync(live, readFileSync(live, 'utf8').replace('users: [gary]', 'users: [emma]'))
      await page.getByText('As ever').waitFor()
      expect(await page.locator('h1').innerText()).toBe('The shop')
      expect(errors).toEqual([])
    })
  } finally {
    child.kill()
  }
}, 60_000)
