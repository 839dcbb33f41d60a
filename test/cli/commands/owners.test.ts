/** `liveflag owners`, and `check --expired`: who answers for what, and what should be gone. */
import { liveflag, scratch } from '../captured-terminal'

const write = scratch()
/** The terminal of these tests says that it is 2027-01-31. */
const path = write(
  'owned.yaml',
  `
feature_old: { owner: ann, expires: 2027-01-20, enabled: on }
feature_older: { owner: ann, expires: 2026-10-01T00:00:00Z, enabled: on }
feature_shared: { owner: [ann, bob], expires: 2030-01-01, enabled: on }
feature_today: { owner: bob, expires: 2027-01-31, enabled: on }
feature_lost: on
`,
)

test('lists features by owner, the longest expired first, those of nobody last', async () => {
  expect(await liveflag(['owners', path])).toEqual({
    code: 0,
    out: `ann  3 features, 2 expired
  older   expires 2026-10-01T00:00:00Z, 122 days ago
  old     expires 2027-01-20, 10 days ago
  shared  expires 2030-01-01
bob  2 features
  shared  expires 2030-01-01
  today   expires 2027-01-31
nobody  1 feature
  lost
`,
    err: '',
  })
})

test('--expired lists what is past, and exits 1 when there is any', async () => {
  const { code, out } = await liveflag(['owners', path, '--expired', '--json'])
  expect({ code, ...(JSON.parse(out) as object) }).toEqual({
    code: 1,
    owners: [
      {
        owner: 'ann',
        features: [
          { feature: 'older', expires: '2026-10-01T00:00:00Z', expiredForDays: 122 },
          { feature: 'old', expires: '2027-01-20', expiredForDays: 10 },
        ],
      },
    ],
  })
})

test('--expired of an owner without any is fine', async () => {
  expect(await liveflag(['owners', path, '--expired', '--owner', 'bob'])).toEqual({
    code: 0,
    out: 'nothing is past its expires\n',
    err: '',
  })
})

test.each([
  ['a warning fails', [], 1],
  ['it may be allowed', ['--allow-warnings'], 0],
  ['but not with --expired', ['--allow-warnings', '--expired'], 1],
])('check of an expired feature: %s', async (_, flags, code) => {
  const past = write('past.yaml', 'feature_old: { expires: 2020-01-20, enabled: on }\n')
  expect((await liveflag(['check', past, ...flags])).code).toBe(code)
})

test('check --expired --allow-warnings allows other warnings', async () => {
  const other = write('other.yaml', 'feature_a: { default: "off" }\n')
  const codes = await Promise.all(
    [[], ['--allow-warnings', '--expired']].map((flags) => liveflag(['check', other, ...flags])),
  )
  expect(codes.map(({ code }) => code)).toEqual([1, 0])
})
