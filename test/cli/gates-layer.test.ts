/** The layer that a server writes what becomes of gates into. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { NO_RAMP_EDITS } from '../../src/analysis/ramp-edit'
import { createLayer, withGatesLayer } from '../../src/cli/gates-layer'
import { tempDir } from '../support/temp-dir'

const layered = (paths: readonly string[], gatesInto: string, db = 'server.db') =>
  withGatesLayer('serve', paths, { gatesInto, db })

test('it is read last, and made when there is none', async () => {
  const gates = join(tempDir(), 'gates.yaml')
  expect(await layered(['live.yaml'], gates)).toEqual({
    paths: ['live.yaml', gates],
    gatesInto: gates,
  })
  expect(readFileSync(gates, 'utf8')).toBe(NO_RAMP_EDITS)
})

test('one that is read anyway keeps its place and its text, by whatever path it is named', async () => {
  const gates = join(tempDir(), 'gates.yaml')
  writeFileSync(gates, '# mine\nramps: {}\n')
  const paths = [gates, 'later.yaml']
  expect(await layered(paths, relative('.', gates))).toEqual({ paths, gatesInto: gates })
  expect(readFileSync(gates, 'utf8')).toBe('# mine\nramps: {}\n')
})

test('a URL is named without its password', async () => {
  const url = 'redis://ann:secret@cache/0?key=gates'
  const { paths, gatesInto } = await layered([], url)
  expect(paths).toEqual([url])
  expect(gatesInto).not.toContain('secret')
})

test('without the setting nothing changes, and without a store it is refused', async () => {
  expect(await layered(['live.yaml'], '')).toEqual({ paths: ['live.yaml'], gatesInto: '' })
  await expect(layered([], 'gates.yaml', ':memory:')).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining('--gates-into'),
  })
})

test('a folder that is not there, and a file of somebody faster, are refused in words', async () => {
  const missing = join(tempDir(), 'none', 'gates.yaml')
  await expect(layered([], missing)).rejects.toMatchObject({ code: 'LIVEFLAG_CANNOT_EDIT' })
  const gates = join(tempDir(), 'gates.yaml')
  await createLayer(gates, NO_RAMP_EDITS)
  await expect(createLayer(gates, NO_RAMP_EDITS)).rejects.toThrow('was made by somebody else')
})
