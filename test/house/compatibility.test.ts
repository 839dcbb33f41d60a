/** docs/compatibility.md says which versions are tested: those of the lock files. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from './files'
import { rowsOf, textOf } from './markdown'

interface Installed {
  readonly version: string
  readonly dependencies?: object
  readonly devDependencies?: object
}
interface Lock {
  readonly packages: Readonly<Record<string, Installed | undefined>>
}
const read = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), 'utf8')) as T

/** Of a package that the manifest of the folder names; others come with those. */
function versionIn(folder: string, name: string): string | undefined {
  const { packages } = read<Lock>(join(folder, 'package-lock.json'))
  const { dependencies, devDependencies } = packages[''] ?? {}
  const isNamed = name in { ...dependencies, ...devDependencies }
  return isNamed ? packages[`node_modules/${name}`]?.version : undefined
}

const OLDEST = 'scripts/peers/oldest'
const OTHERS = 'scripts/peers/others'
const { peerDependencies, engines } = read<{
  readonly peerDependencies: Readonly<Record<string, string>>
  readonly engines: { readonly node: string }
}>('package.json')
const newestOf = (name: string): string | undefined => versionIn('.', name)
const oldestOf = (name: string): string | undefined => versionIn(OLDEST, name) ?? newestOf(name)

/** `>=0.200` and `0.200.1` are of one line, as `>=2` and `2.16.1` are. */
const lineOf = (version = ''): string => {
  const [major = '', minor = ''] = version.replace(/^\D+/, '').split('.')
  return major === '0' ? `0.${minor}` : major
}

test('the table has every package that npm checks, with the versions that are tested', () => {
  expect(rowsOf('docs/compatibility.md', 'package')).toEqual(
    Object.entries(peerDependencies).map(([name, range]) => [
      `\`${name}\``,
      range,
      oldestOf(name),
      newestOf(name),
    ]),
  )
})

test('the oldest version that is supported is tested, to its major version', () => {
  const supported = Object.entries(peerDependencies).map(([name, range]) => [name, lineOf(range)])
  const tested = Object.keys(peerDependencies).map((name) => [name, lineOf(oldestOf(name))])
  expect(tested).toEqual(supported)
})

test('the page names the other versions that are tested', () => {
  const page = textOf('docs/compatibility.md')
  expect(page).toContain(`Node ${engines.node}`)
  expect(page).toContain(`Nest ${lineOf(versionIn(OTHERS, '@nestjs/common'))} is tested too`)
  const both = (name: string, newest = newestOf(name)) =>
    `${lineOf(versionIn(OLDEST, name))} and ${lineOf(newest)}`
  const runners = `Jest ${lineOf(newestOf('jest'))}, Vitest ${both('vitest')}, Mocha ${both('mocha', versionIn(OTHERS, 'mocha'))}`
  expect(page.replaceAll('\n', ' ')).toContain(runners)
})

test('tests get the versions that they are run for, and so do the processes that they start', () => {
  const set = process.env['LIVEFLAG_PEERS']
  const names = ['@nestjs/core', 'express']
  const wanted = names.map((name) =>
    set === undefined ? newestOf(name) : (versionIn(relative(root, set), name) ?? newestOf(name)),
  )
  const version = (name: string): string =>
    (require(`${name}/package.json`) as { version: string }).version
  const script = `
    const find = require('node:module').createRequire(${JSON.stringify(__filename)})
    const names = ${JSON.stringify(names)}
    console.log(JSON.stringify(names.map((name) => find(name + '/package.json').version)))`
  const printed = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })
  expect(names.map(version)).toEqual(wanted)
  expect(JSON.parse(printed)).toEqual(wanted)
})
