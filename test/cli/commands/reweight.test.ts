/** `liveflag reweight`: new shares of a stable experiment, who moves, and what is written. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkText } from '../../../src'
import { liveflag, scratch } from '../captured-terminal'

const write = scratch()

const MAPPING = `# sorts the front page
feature_sort_order:
  bucketing: stable
  experiment:
    loggedin: true
    variants: {newest: 34, popular: 33, mixed: 33} # three of them
feature_other: on
`

const LIST = `feature_sort_order:
  bucketing: stable
  experiment:
    enabled: on
    variants:
      - name: old
        weight: 1
        value: 5 # as it was
      - name: new
        weight: 1
`

test('prints who moves, the ranges and the change, and writes nothing', async () => {
  const path = write('dry.yaml', MAPPING)
  const { code, out } = await liveflag([
    'reweight',
    path,
    'sort_order',
    'newest=50',
    'popular=25',
    'mixed=25',
  ])
  expect(code).toBe(0)
  expect(out).toContain(`-    variants: {newest: 34, popular: 33, mixed: 33} # three of them
+    variants: {newest: 50, popular: 25, mixed: 25} # three of them
+    ranges:`)
  expect(out).toContain(`feature_sort_order: 16 % move, and no edit with these shares moves fewer
  8 %        popular → newest  (these have seen both)
  8 %        mixed → newest  (these have seen both)
  newest has 50 %
  popular has 25 %
  mixed has 25 %
add --write to change the file
`)
  expect(readFileSync(path, 'utf8')).toBe(MAPPING)
})

test('--write changes the entry and keeps its comments; the file stays without a problem', async () => {
  const path = write('written.yaml', MAPPING)
  const { code, out } = await liveflag([
    'reweight',
    path,
    'feature_sort_order',
    'newest=50',
    'popular=25',
    'mixed=25',
    '--write',
  ])
  const text = readFileSync(path, 'utf8')
  expect({ code, last: out.trimEnd().split('\n').at(-1) }).toEqual({
    code: 0,
    last: `${path} changed`,
  })
  expect(text).toContain('# sorts the front page')
  expect(text).toContain('variants: {newest: 50, popular: 25, mixed: 25} # three of them')
  expect(checkText(text).problems).toEqual([])
})

test('back again is the allocation of before', async () => {
  const path = write('back.yaml', MAPPING)
  const to = async (...shares: string[]): Promise<unknown> => {
    const { out } = await liveflag(['reweight', path, 'sort_order', ...shares, '--write', '--json'])
    return (JSON.parse(out) as { after: unknown }).after
  }
  await to('newest=40', 'popular=30', 'mixed=30')
  const first = await to('newest=34', 'popular=33', 'mixed=33')
  expect(first).toEqual({
    newest: [[0, 340_000]],
    popular: [[340_000, 670_000]],
    mixed: [[670_000, 1_000_000]],
  })
})

test('of a list it changes the weights, adds variants and takes others away', async () => {
  const path = write('list.yaml', LIST)
  const { out } = await liveflag([
    'reweight',
    path,
    'sort_order',
    'new=1',
    'third=2',
    '--add',
    '--write',
    '--json',
  ])
  expect(JSON.parse(out)).toMatchObject({
    after: {
      old: [[0, 250_000]],
      new: [[500_000, 750_000]],
      third: [
        [750_000, 1_000_000],
        [250_000, 500_000],
      ],
    },
    moves: [
      { from: 'old', to: 'third', points: 250_000 },
      { from: 'new', to: 'third', points: 250_000 },
    ],
    written: true,
  })
  expect(readFileSync(path, 'utf8')).toContain('value: 5 # as it was')
  const without = await liveflag([
    'reweight',
    path,
    'sort_order',
    '--without',
    'third',
    '--write',
    '--json',
  ])
  expect(JSON.parse(without.out)).toMatchObject({
    after: { old: [[0, 500_000]], new: [[500_000, 1_000_000]] },
  })
  expect(checkText(readFileSync(path, 'utf8')).problems).toEqual([])
})

test.each([
  [
    'a share that is no number',
    ['a=x'],
    '"a=x" is no share; write a variant and its share, such as newest=50',
  ],
  ['a share without a name', ['=5'], '"=5" is no share'],
  [
    'more than all',
    ['newest=90'],
    'the variants have 156 percent together; lower them to 100 or less',
  ],
  [
    'a share below nothing',
    ['newest=-1'],
    'variant newest has -1 percent; a percentage is from 0 to 100',
  ],
  ['a wrong letter in a name', ['newst=50'], 'there is no variant newst; did you mean newest?'],
  ['a name that is far from all', ['x=1'], 'there are newest, popular, mixed'],
  ['two shares of one', ['newest=20', 'newest=30'], 'newest has two shares; write one of them'],
  [
    'an unknown variant to take away',
    ['--without', 'nobody'],
    'there is no variant nobody to take away; there are newest, popular, mixed',
  ],
])('refuses %s, and the file stays', async (_what, args, message) => {
  const path = write('refused.yaml', MAPPING)
  const { code, err } = await liveflag(['reweight', path, 'sort_order', ...args, '--write'])
  expect(err).toContain(message)
  expect(code).toBe(2)
  expect(readFileSync(path, 'utf8')).toBe(MAPPING)
})

test.each([
  ['a feature that is not there', 'nothing', 'has no feature_nothing'],
  [
    'a feature without an experiment',
    'other',
    'feature_other has no experiment, so there is nothing to weigh',
  ],
])('refuses %s', async (_what, feature, message) => {
  const { code, err } = await liveflag(['reweight', write('none.yaml', MAPPING), feature, 'a=1'])
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) as string })
})

test('of a text that is torn, says where, and not that it has no such feature', async () => {
  const path = write('torn.yaml', 'feature_sort_order: [\n')
  expect(await liveflag(['reweight', path, 'sort_order', 'newest=20'])).toMatchObject({
    code: 1,
    err: expect.stringMatching(/torn\.yaml:1:21: the "\[" that opens here/) as string,
  })
})

test("refuses an experiment of r2's scheme, which would be drawn anew", async () => {
  const path = write('r2.yaml', MAPPING.replace('  bucketing: stable\n', ''))
  const { code, err } = await liveflag(['reweight', path, 'sort_order', 'newest=20'])
  expect(code).toBe(2)
  expect(err).toContain("feature_sort_order draws by r2's scheme, which has no ranges")
})

test('shares behind --without are shares', async () => {
  const path = write('without.yaml', MAPPING)
  const args = ['reweight', path, 'sort_order', '--without', 'mixed', 'newest=50', 'popular=50']
  const { code, out } = await liveflag(args)
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining('  newest has 50 %\n  popular has 50 %') as string,
  })
})

test('a share that is too small for anybody is told, and written where that is asked for', async () => {
  const path = write('tiny.yaml', LIST)
  const { code, out, err } = await liveflag([
    'reweight',
    path,
    'sort_order',
    'old=10000000',
    'new=1',
    '--write',
  ])
  expect([code, out]).toEqual([0, expect.stringContaining('new has 0 %')])
  expect(err).toContain('feature_sort_order: variant new weighs 1, which beside the others is too')
  const { problems } = checkText(readFileSync(path, 'utf8'))
  expect(problems).toMatchObject([{ code: 'out-of-range', severity: 'warning', line: 10 }])
})

test('of a directory, the text is changed whose entry is in force, as by edit: the last', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'liveflag-reweight-'))
  const [first, last] = [join(folder, '1.yaml'), join(folder, '2.yaml')]
  for (const path of [first, last]) writeFileSync(path, MAPPING)
  const shares = ['newest=50', 'popular=25', 'mixed=25']
  const { code } = await liveflag(['reweight', folder, 'sort_order', ...shares, '--write'])
  expect(code).toBe(0)
  expect(readFileSync(first, 'utf8')).toBe(MAPPING)
  expect(readFileSync(last, 'utf8')).toContain('newest: 50')
  rmSync(folder, { recursive: true })
})
