/** The example of each framework, as a program; and the table of versions, as package.json has it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../house/files'
import { typeScript } from '../support/type-script'

const folder = join(root, 'examples/frameworks')
const programs = readdirSync(folder).filter((name) => /\.m?[jt]s$/.test(name))

test.concurrent.each(programs)('%s asks about its visitor', async (name) => {
  const env = { ...process.env, PORT: '0' }
  const path = join(folder, name)
  // Node itself would strip the types of a module, and does not know decorators.
  const program = name.endsWith('.mts') ? ['-e', `require(${JSON.stringify(path)})`] : [path]
  const child = spawn(process.execPath, [...typeScript, ...program], { cwd: root, env })
  try {
    let printed = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (printed += text))
    while (!/port: \d+/.test(printed) && child.exitCode === null) await once(child.stdout, 'data')
    const url = `http://localhost:${/port: (\d+)/.exec(printed)?.[1] ?? printed}`
    const answers = await Promise.all(
      ['gary', 'emma'].map((user) => fetch(url, { headers: { 'x-user': user } })),
    )
    expect(await Promise.all(answers.map((answer) => answer.text()))).toEqual([
      'the new search',
      'the old search',
    ])
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual([
      'private',
      'private',
    ])
  } finally {
    child.kill()
  }
})

interface Manifest {
  readonly version: string
  readonly engines: { readonly node: string }
  readonly peerDependencies: Readonly<Record<string, string>>
}
const manifestIn = (path: string) =>
  JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as Manifest

test('the table of frameworks says what package.json and the installed packages say', () => {
  const { peerDependencies, engines } = manifestIn('.')
  const page = readFileSync(join(root, 'docs/frameworks/README.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([^`]+)` \| (\S+) \| (\S+) \|/gm)]
  expect(rows.map(([, name = '', range, tested]) => [name, range, tested])).toEqual(
    rows.map(([, name = '']) => [
      name,
      peerDependencies[name],
      manifestIn(`node_modules/${name}`).version,
    ]),
  )
  expect(page).toContain(`| plain \`node:http\` | Node ${engines.node} |`)
  const known = readdirSync(join(root, 'src/middleware')).map((file) => file.replace(/\.ts$/, ''))
  const framework = (name: string): string => (name.startsWith('@nestjs/') ? 'nest' : name)
  expect(rows.map(([, name = '']) => framework(name))).toEqual(
    known.filter((name) => !/^(request|decisions|node|browser|links|express-\w+)$/.test(name)),
  )
})
