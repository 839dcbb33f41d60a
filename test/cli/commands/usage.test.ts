/** `liveflag usage SRC…`: every place that asks for a feature. */
import { liveflag, scratch } from '../captured-terminal'

const write = scratch()
const code = write(
  'shop.ts',
  `if (features.isEnabled('search')) search()\nconst is = features.variant('cart') === 'new'\nfeatures.isEnabled(name)\n`,
)
const tests = write('shop.test.ts', `features.isEnabled('cart')\n`)

const short = (text: string): string =>
  text.replaceAll(code, 'shop.ts').replaceAll(tests, 'shop.test.ts')

test('a table, by feature; names that only running the code tells come last', async () => {
  const { code: exit, out } = await liveflag(['usage', code, tests])
  expect(short(out).replace(/ +/g, ' ')).toBe(
    ' cart shop.test.ts:1:1 isEnabled test\n' +
      ' cart shop.ts:2:12 variant "new"\n' +
      ' search shop.ts:1:5 isEnabled\n' +
      ' (dynamic) shop.ts:3:1 isEnabled\n' +
      '\n4 places of 2 features in 2 files\n',
  )
  expect(exit).toBe(0)
})

test('--json, of one feature', async () => {
  const { code: exit, out } = await liveflag(['usage', code, '--json', '--feature', 'feature_cart'])
  expect({ exit, printed: JSON.parse(short(out)) }).toEqual({
    exit: 0,
    printed: {
      files: 1,
      usages: [
        {
          feature: 'cart',
          file: 'shop.ts',
          line: 2,
          column: 12,
          method: 'variant',
          variants: ['new'],
          inTest: false,
        },
      ],
    },
  })
})

test('a path that is not there is an error of use', async () => {
  const { code: exit, err } = await liveflag(['usage', `${code}x`])
  expect(exit).toBe(2)
  expect(err).toContain('cannot be read')
})
