import { checkText, memory, openFeatures } from '../../src'
import { checkNodeVersion } from '../../src/runtime/node-version'

const real = process.versions.node
const pretend = (node: string | undefined): unknown =>
  Object.defineProperty(process.versions, 'node', {
    value: node,
    configurable: true,
    enumerable: true,
  })

afterEach(() => pretend(real))

test.each(['18.20.4', '16.0.0', '19.9.0'])('Node %s is too old, and says so', (version) => {
  pretend(version)
  expect(checkNodeVersion).toThrow(
    expect.objectContaining({
      code: 'LIVEFLAG_OLD_NODE',
      message: `liveflag needs Node 20 or newer, and this is Node ${version}; install a newer one`,
    }) as Error,
  )
})

test.each([real, '20.0.0', '22.1.0', '100.0.0', '20.0.0-nightly', undefined])(
  'Node %s is fine',
  (version) => {
    pretend(version)
    expect(checkNodeVersion).not.toThrow()
  },
)

test('no live config is opened on an old Node', async () => {
  pretend('18.20.4')
  await expect(openFeatures({ source: memory('feature_a: on') })).rejects.toThrow(
    'needs Node 20 or newer',
  )
})

test('no text is checked on an old Node', () => {
  pretend('18.20.4')
  expect(() => checkText('feature_a: on')).toThrow('needs Node 20 or newer')
})
