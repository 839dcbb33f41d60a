// The suite, or the part of all tests that the arguments name: they go to jest as they are.
// `--system` runs the tests that drive other programs at length (a browser, a database that goes
// away, processes that are killed), which the suite leaves out; `--long` runs everything in the long
// form, in which properties and samples have their full size.
import { join } from 'node:path'
import { build } from './build.mjs'
import { root } from './ensure-installed.mjs'
import { runNode } from './run-node.mjs'

// Some tests use the package as its users do, so dist/ has to be there.
await build()
const OURS = ['--long', '--system']
const given = process.argv.slice(2)
const forJest = given.filter((argument) => !OURS.includes(argument))
const isLong = given.includes('--long')
const namesSome = forJest.some((argument) => !argument.startsWith('-'))
const tests = given.includes('--system') ? 'system' : isLong || namesSome ? 'all' : 'suite'
runNode([join(root, 'node_modules', 'jest', 'bin', 'jest.js'), ...forJest], {
  LIVEFLAG_TESTS: tests,
  ...(isLong && { LIVEFLAG_LONG: '1' }),
})
