import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SETTINGS } from '../../src/server/settings'

const page = readFileSync(join(__dirname, '..', '..', 'docs', 'server.md'), 'utf8')

test.each(Object.entries(SETTINGS))('%s has its row in the docs', (name, { description }) => {
  const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`))
  expect(row).toContain(description)
})

test.each(Object.entries(SETTINGS))('the default of %s is valid', (_, { usual, kind }) => {
  expect(kind.fits(usual)).toBe(true)
})
