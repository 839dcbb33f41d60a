/** Which source a server may write what becomes of gates into. */
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { file, memory, openFeatures, type Source } from '../../../../src/index'
import { type GatesOption, gatesSource } from '../../../../src/server/admin/gates/gates-option'
import { tempDir } from '../../../support/temp-dir'

const folder = tempDir()
const [gates, json] = [join(folder, 'gates.yaml'), join(folder, 'gates.json')]
writeFileSync(gates, 'ramps: {}\n')
writeFileSync(json, '{"ramps": {}}')

async function chosen(option: GatesOption, source: readonly Source[] = [file(gates)]) {
  const features = await openFeatures({ source: [memory('feature_a: on'), ...source] })
  try {
    return gatesSource('createServer', features, { db: 'server.db', ...option })
  } finally {
    await features.close()
  }
}

test('a file is found by any path to it', async () => {
  expect(await chosen({ gatesInto: gates })).toBe(gates)
  expect(await chosen({ gatesInto: relative('.', gates) })).toBe(gates)
  expect(await chosen({})).toBe('')
})

test.each<[string, GatesOption, readonly Source[] | undefined, string]>([
  ['no source', { gatesInto: 'other.yaml' }, undefined, 'a source of the features'],
  ['a source that nobody can edit', { gatesInto: 'memory' }, undefined, 'that can be edited'],
  ['a file of JSON', { gatesInto: json }, [file(json)], 'gates.json is json'],
  ['no store', { gatesInto: gates, db: ':memory:' }, undefined, 'a store as db or records'],
  ['no dashboard', { gatesInto: gates, protocols: ['ofrep'] }, undefined, 'admin among the'],
])('%s is refused', async (_what, option, source, message) => {
  await expect(chosen(option, source)).rejects.toMatchObject({
    code: 'LIVEFLAG_BAD_OPTION',
    message: expect.stringContaining(message),
  })
})

test('records, or a decider with a store of its own, are enough to judge by', async () => {
  expect(await chosen({ gatesInto: gates, db: ':memory:', records: 'records.db' })).toBe(gates)
  expect(await chosen({ gatesInto: gates, db: ':memory:', decider: {} })).toBe(gates)
})
