/** `liveflag eval FILE [FEATURE...]`: Decisions for one World, or for each line of a batch. */
import { Readable, Writable } from 'node:stream'
import { run } from '../../../src/cli/program'
import { block, liveflag, scratch, terminalWith } from '../captured-terminal'

const write = scratch()

const path = write(
  'live.yaml',
  block(`
  feature_plain: on
  feature_some_flag: { users: [gary] }
  feature_exp:
    experiment: { experiment_id: 42, loggedin: true, variants: { test: 25 } }
`),
)
const broken = write('broken.yaml', 'feature_good: on\nfeature_broken: 5\n')
const gary = { user: { id: 't2_test_12', name: 'gary' } }
const world = ['--world', JSON.stringify(gary)]

const exp = {
  feature: 'exp',
  enabled: true,
  variant: 'test',
  reason: 'SPLIT',
  selector: 'experiment',
  assignment: {
    kind: 'user',
    experimentId: 42,
    experiment: 'exp',
    variant: 'test',
    unit: 't2_test_12',
    bucket: 65,
  },
  generation: 1,
}

describe('one World', () => {
  test('--json prints the Decision of each feature that is named', async () => {
    const { code, out, err } = await liveflag([
      'eval',
      path,
      'some_flag',
      'exp',
      ...world,
      '--json',
    ])
    expect({ code, printed: JSON.parse(out), err }).toEqual({
      code: 0,
      printed: {
        some_flag: {
          feature: 'some_flag',
          enabled: true,
          reason: 'TARGETING_MATCH',
          selector: 'users',
          generation: 1,
        },
        exp,
      },
      err: '',
    })
  })

  test('all features are decided when none is named', async () => {
    const { out } = await liveflag(['eval', path, '--json'])
    expect(Object.keys(JSON.parse(out))).toEqual(['exp', 'plain', 'some_flag'])
  })

  test('without --world it is a visitor who is not signed in', async () => {
    const { out } = await liveflag(['eval', path, 'some_flag', '--json'])
    expect(JSON.parse(out).some_flag).toEqual({
      feature: 'some_flag',
      enabled: false,
      reason: 'DEFAULT',
      generation: 1,
    })
  })

  test('people get a table', async () => {
    expect(await liveflag(['eval', path, ...world])).toEqual({
      code: 0,
      out: block(`
        exp        ON   experiment, variant test, bucket 65
        plain      ON   static
        some_flag  ON   users
      `),
      err: '',
    })
  })

  test('an unknown feature has its Decision, and is an error that says what may have been meant', async () => {
    const { code, out, err } = await liveflag(['eval', path, 'plan', 'plain', '--json'])
    expect({ code, printed: JSON.parse(out), err }).toEqual({
      code: 1,
      printed: {
        plan: expect.objectContaining({
          enabled: false,
          reason: 'ERROR',
          error: expect.objectContaining({ code: 'FLAG_NOT_FOUND' }),
        }),
        plain: expect.objectContaining({ enabled: true }),
      },
      err: `liveflag: ${path} has no feature_plan; did you mean plain?\n`,
    })
  })

  test('a refused feature is listed as off, with its error, and exits 1', async () => {
    const { code, out } = await liveflag(['eval', broken, '--json'])
    expect({ code, printed: JSON.parse(out) }).toEqual({
      code: 1,
      printed: {
        broken: expect.objectContaining({
          enabled: false,
          error: expect.objectContaining({ code: 'PARSE_ERROR' }),
        }),
        good: expect.objectContaining({ enabled: true }),
      },
    })
  })

  test('a feature may be called __proto__', async () => {
    const { out } = await liveflag([
      'eval',
      write('proto.json', '{ "feature___proto__": "on" }'),
      '--json',
    ])
    expect(out).toContain('"__proto__": {')
  })
})

describe('a batch', () => {
  const batch = async (
    lines: string | Readable,
  ): Promise<{ code: number; answers: unknown[]; err: string }> => {
    const { code, out, err } = await liveflag(['eval', path, '--batch', '-'], { stdin: lines })
    return {
      code,
      answers: out
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
      err,
    }
  }
  const line = (feature: string, given: unknown = gary): string =>
    `${JSON.stringify({ feature, world: given })}\n`
  const plain = { feature: 'plain', enabled: true, reason: 'STATIC', generation: 1 }

  test('has a Decision for each line, in order', async () => {
    expect(await batch(line('exp') + line('plain') + line('exp'))).toEqual({
      code: 0,
      answers: [exp, plain, exp],
      err: '',
    })
  })

  test('may end without a line break, and a line may leave out the world', async () => {
    expect((await batch(`${line('plain')}{"feature": "plain"}`)).answers).toEqual([plain, plain])
  })

  test('is read across chunks, which may end within a character', async () => {
    const bytes = Buffer.from(line('exp', { ...gary, subreddit: 'ünïcödé' }).repeat(3))
    const each = Readable.from(Array.from(bytes, (_, i) => bytes.subarray(i, i + 1)))
    expect((await batch(each)).answers).toEqual([exp, exp, exp])
  })

  test('leaves out blank lines, and takes lines that end as on Windows', async () => {
    expect((await batch(`\n${line('plain').replace('\n', '\r\n')}  \n`)).answers).toEqual([plain])
  })

  test('answers for an unknown feature as any Decision does, and exits 1 like `eval FILE nope`', async () => {
    const { code, answers } = await batch(line('nope'))
    expect({ code, answers }).toEqual({
      code: 1,
      answers: [
        expect.objectContaining({
          feature: 'nope',
          error: expect.objectContaining({ code: 'FLAG_NOT_FOUND' }),
        }),
      ],
    })
  })

  test('goes on after a line that asks nothing, which is answered with its number, and exits 1', async () => {
    const { code, answers, err } = await batch(
      `${line('plain')}oops\n\n{"feature": 5}\n${line('plain')}`,
    )
    expect({ code, answers, err }).toEqual({
      code: 1,
      answers: [
        plain,
        { error: { code: 'PARSE_ERROR', message: expect.any(String) }, line: 2 },
        { error: { code: 'PARSE_ERROR', message: expect.any(String) }, line: 4 },
        plain,
      ],
      err: 'liveflag: 2 of 5 lines could not be answered; the first is line 2\n',
    })
  })

  test.each([
    ['is not JSON', '{"feature": ', 'PARSE_ERROR', /^the line is not JSON: /],
    ['is no mapping', '["plain"]', 'PARSE_ERROR', /^the line is a list; write /],
    ['names no feature', '{"world": {}}', 'PARSE_ERROR', /^feature is nothing; write /],
    [
      'has a member too many',
      '{"feature": "plain", "worlds": {}}',
      'PARSE_ERROR',
      /"worlds"; did you mean world\?$/,
    ],
    [
      'has a World that does not fit',
      '{"feature": "plain", "world": {"usr": {}}}',
      'INVALID_CONTEXT',
      /"usr"; did you mean user\?$/,
    ],
    [
      'is longer than any question',
      JSON.stringify({ feature: 'plain', world: { loid: 'x'.repeat(1 << 20) } }),
      'PARSE_ERROR',
      /^the line has 1048576 characters or more/,
    ],
  ])('says of a line that it %s', async (_, text, code, message) => {
    expect((await batch(`${text}\n`)).answers).toEqual([
      { error: { code, message: expect.stringMatching(message) }, line: 1 },
    ])
  })

  test('repeats the id of each line, also of one that asks nothing', async () => {
    const { answers } = await batch(
      [
        '{"feature": "plain", "id": "row-7"}',
        '{"id": 8, "feature": "nope"}',
        '{"id": "row-9", "feature": 5}',
        '{"id": null, "feature": "plain", "world": {"usr": 1}}',
      ].join('\n'),
    )
    expect(answers).toEqual([
      { id: 'row-7', ...plain },
      expect.objectContaining({ id: 8, error: expect.anything() }),
      { id: 'row-9', error: expect.anything(), line: 3 },
      { id: null, error: expect.anything(), line: 4 },
    ])
  })

  test('refuses an id that is not kept exactly', async () => {
    expect((await batch('{"id": 9007199254740993, "feature": "plain"}')).answers).toEqual([
      {
        error: { code: 'PARSE_ERROR', message: expect.stringContaining('write it as text') },
        line: 1,
      },
    ])
  })

  test('reads no further than its answers are taken', async () => {
    const perChunk = 100
    const all = 500 * perChunk
    let [asked, answered, ahead] = [0, 0, 0]
    const questions = function* (): Generator<Buffer> {
      for (; asked < all; asked += perChunk) yield Buffer.from(line('plain').repeat(perChunk))
    }
    const slow = new Writable({
      highWaterMark: 1,
      write(chunk: Buffer, _encoding, done) {
        answered += chunk.toString().split('\n').length - 1
        ahead = Math.max(ahead, asked - answered)
        setImmediate(done)
      },
    })
    const stdin = Readable.from(questions(), { objectMode: false })
    const code = await run(['eval', path, '--batch', '-'], terminalWith({ stdin, stdout: slow }))
    expect({ code, answered, staysClose: ahead < all / 5 }).toEqual({
      code: 0,
      answered: all,
      staysClose: true,
    })
  })

  test('may come from a file', async () => {
    const { code, out } = await liveflag([
      'eval',
      path,
      '--batch',
      write('batch.ndjson', line('plain')),
    ])
    expect({ code, out }).toEqual({ code: 0, out: `${JSON.stringify(plain)}\n` })
  })

  test.each([
    ['a World', ['--world', '{}'], /leave out --world/],
    ['features', ['plain'], /leave out the features/],
  ])('does not go with %s of the command line', async (_, more, err) => {
    expect(await liveflag(['eval', path, ...more, '--batch', '-'])).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(err),
    })
  })
})

test.each([
  ['the file and the World', ['eval', '-', '--world', '-']],
  ['the file and the batch', ['eval', '-', '--batch', '-']],
])('stdin cannot be both %s', async (_, args) => {
  expect(await liveflag(args)).toEqual({
    code: 2,
    out: '',
    err: 'liveflag: stdin (-) can be read only once\n',
  })
})

describe('a name as the file has it', () => {
  test.each([['eval'], ['explain']])('%s takes feature_plain for plain', async (command) => {
    const { code, out } = await liveflag([command, path, 'feature_plain'])
    expect([code, out.includes('plain')]).toEqual([0, true])
  })

  test('a feature that is really called so is not taken for another', async () => {
    const odd = write('odd.yaml', 'feature_feature_x: on\nfeature_x: off\n')
    const { out } = await liveflag(['eval', odd, 'feature_x', '--json'])
    expect(JSON.parse(out)).toMatchObject({ feature_x: { enabled: true } })
  })
})

describe('the table', () => {
  const valued = write(
    'valued.yaml',
    'feature_banner: {default: blue, experiment: {targeting: plan == "pro", variants: [{name: a, value: red}]}}\n',
  )

  test.each([
    ['{"user": {"id": "u"}, "attributes": {"plan": "pro"}}', /variant a, value "red", bucket/],
    [
      '{"user": {"id": "u"}, "attributes": {"plan": "free"}}',
      /value "blue", not assigned: targeting_mismatch/,
    ],
  ])('for %s has the value, and says when nobody was assigned', async (given, line) => {
    const { out } = await liveflag(['eval', valued, '--world', given])
    expect(out).toMatch(line)
  })
})
