/** Names and values of live configs and visitors come from anywhere; terminals and browsers obey some. */
import { readFileSync } from 'node:fs'
import { join, dirname } from 'node:path'
import { liveflag, scratch } from './captured-terminal'

const write = scratch()

/** Colours and the title of a terminal, a forged line, text turned around, markup. */
const NASTY =
  '\u001b[31mred\u001b]0;title\u0007 \u009b2J\nERROR forged \u202egnp.exe <script>&"\'</script>'
const path = write(
  'live.json',
  JSON.stringify({
    [`feature_${NASTY}`]: { users: [NASTY], default: NASTY },
    feature_exp: {
      default: NASTY,
      experiment: {
        experiment_id: NASTY,
        variants: [
          { name: NASTY, weight: 50, value: NASTY },
          { name: 'plain', weight: 50, value: 'plain' },
        ],
      },
    },
    feature_bad: { [NASTY]: true, users: NASTY },
  }),
)
const world = JSON.stringify({ user: { id: NASTY, name: NASTY }, subreddit: NASTY })

/** What no line of output may hold. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/

test.each([
  [['check', path]],
  [['explain', path, NASTY, '--world', world]],
  [['explain', path, 'exp', '--world', world]],
  [['explain', path, 'bad', '--world', world]],
  [['eval', path, '--world', world]],
  [['eval', path, NASTY, `${NASTY}x`, '--world', world]],
  [['simulate', path, NASTY, '--users', '20']],
  [['simulate', path, 'exp', '--users', '20']],
  [['check', `${path}${NASTY}`]],
])('%j prints nothing that steers a terminal or forges a line', async (args) => {
  const { out, err } = await liveflag(args)
  expect(out + err).not.toMatch(OBEYED)
  expect((out + err).split('\n').filter((line) => line.startsWith('ERROR'))).toEqual([])
  expect(out + err).not.toBe('')
})

test('a chart is XML that shows names as they are, without markup of theirs', async () => {
  const svg = join(dirname(path), 'chart.svg')
  await liveflag(['simulate', path, 'exp', '--users', '20', '--svg', svg])
  const drawn = readFileSync(svg, 'utf8')
  expect(drawn.replaceAll('\n', '')).not.toMatch(OBEYED)
  expect(drawn).toContain('&lt;script&gt;')
  const elements = [...drawn.matchAll(/<\/?([a-z]+)/gi)].map(([, name]) => name)
  expect([...new Set(elements)].sort()).toEqual(['g', 'path', 'rect', 'svg', 'text', 'title'])
  // No ampersand but those of escapes.
  expect(drawn.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toContain('&')
})
