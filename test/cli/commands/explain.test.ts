/** `liveflag explain FILE FEATURE`: what a visitor gets and, selector by selector, why. */
import { block, liveflag, scratch } from '../captured-terminal'

const write = scratch()

const path = write(
  'live.yaml',
  block(`
  feature_plain: on
  feature_killed: off
  feature_some_flag:
    admin: true
    users:
      - gary
      - spez
    percent_loggedin: 25
  feature_exp:
    gold: true
    experiment:
      experiment_id: 42
      loggedin: true
      subreddits: [pics]
      variants: { test: 25 }
  feature_link:
    url: { blue_link: blue, off_link: control_1 }
    url_for: [admin, employee]
    percent_loggedout: 50
  feature_broken: { usrs: [gary] }
`),
)

const explained = async (
  feature: string,
  world: object,
  ...more: string[]
): Promise<{ code: number; out: string; err: string }> => {
  const { code, out, err } = await liveflag([
    'explain',
    path,
    feature,
    '--world',
    JSON.stringify(world),
    ...more,
  ])
  return { code, out: out.replaceAll(path, 'live.yaml'), err: err.replaceAll(path, 'live.yaml') }
}

const gary = { user: { id: 't2_beef', name: 'Gary' } }
const wendy = { user: { id: 't2_wendy', name: 'wendy' } }

test('the selector that decides is named with its line; those before it passed on, those after it were not reached', async () => {
  expect(await explained('some_flag', gary)).toEqual({
    code: 0,
    out: block(`
      some_flag is ON because of users (line 5)
        reason      TARGETING_MATCH
        generation  1
        entry       live.yaml:3:1

      · passed on        admin             line 4: admin: true
          asked user → {"id":"t2_beef","name":"Gary"}
          asked isAdmin → no
      ✔ claimed          users             line 5: users: - gary - spez
          asked user → {"id":"t2_beef","name":"Gary"}
        not reached      percent_loggedin  line 8: percent_loggedin: 25
    `),
    err: '',
  })
})

test('a draw is shown with its unit, its bucket and its threshold', async () => {
  const { out } = await explained('some_flag', wendy)
  expect(out.split('\n')).toEqual(
    expect.arrayContaining([
      'some_flag is OFF because no selector claims the visitor (line 3)',
      '· passed on        percent_loggedin  line 8: percent_loggedin: 25',
      '    asked isLoggedIn → yes',
      expect.stringMatching(/^ {4}drew bucket \d{3} for "t2_wendy": bucket < 250 of 1000 → no$/),
    ]),
  )
})

test('an experiment shows who is eligible within it, then the draw, and the answer names variant, bucket and id', async () => {
  const unit = 't2_test_12'
  const { out } = await explained('exp', { user: { id: unit } })
  expect(out).toBe(
    block(`
    exp is ON because of experiment, with variant test (line 11)
      variant     test
      experiment  42
      bucket      65 of "${unit}"
      reason      SPLIT
      generation  1
      entry       live.yaml:9:1

    · passed on        gold        line 10: gold: true
        asked user → {"id":"${unit}"}
        asked hasGold → no
    ✔ claimed          experiment  line 11: experiment:
        ✔ eligible         experiment.loggedin  line 13: loggedin: true
            asked user → {"id":"${unit}"}
            asked isLoggedIn → yes
        drew bucket 65 for "${unit}": bucket 65 mod 3 is test's; it holds its buckets below 750 → yes
  `),
  )
})

test('a selector whose own selectors let nobody in shows each of them', async () => {
  const { out } = await explained('exp', { subreddit: 'aww' })
  expect(out.split('\n').slice(5)).toEqual(
    block(`
      · passed on        gold        line 10: gold: true
          asked user → none
      · passed on        experiment  line 11: experiment:
          · passed on        experiment.loggedin    line 13: loggedin: true
              asked user → none
              asked isLoggedIn → no
          · passed on        experiment.subreddits  line 14: subreddits: [pics]
              asked subreddit → "aww"
    `).split('\n'),
  )
})

test('what the URL forced is said to be forced, and the gate before it is shown', async () => {
  const { out } = await explained('link', {
    user: { id: 't2_e', employee: true },
    urlFeatures: ['off_link'],
  })
  expect(out).toBe(
    block(`
    link is OFF because of url, which forces variant control_1 (line 17)
      variant     control_1
      reason      TARGETING_MATCH
      generation  1
      forced      yes: not an assignment, so no exposure
      entry       live.yaml:16:1

    ✘ claimed          url                line 17: url: { blue_link: blue, off_link: control_1 }
        asked urlFeatures → ["off_link"]
        · passed on        url_for.admin     line 18: url_for: [admin, employee]
            asked user → {"id":"t2_e","employee":true}
            asked isAdmin → no
        ✔ eligible         url_for.employee  line 18: url_for: [admin, employee]
            asked user → {"id":"t2_e","employee":true}
            asked isEmployee → yes
      not reached      percent_loggedout  line 19: percent_loggedout: 50
  `),
  )
})

test.each([
  ['plain', 'plain is ON because the entry says on (line 1)'],
  ['killed', 'killed is OFF because the entry says off (line 2)'],
])('an entry that is one word needs no selectors: %s', async (feature, headline) => {
  const { code, out } = await explained(feature, {})
  expect({ code, headline: out.split('\n')[0] }).toEqual({ code: 0, headline })
})

test.each([
  ['a kill switch', '{ enabled: off, gold: true }', gary, 'OFF because of enabled, which is off'],
  [
    'an experiment that was stopped',
    '{ experiment: { enabled: false, loggedin: true } }',
    gary,
    'OFF because of experiment, which is off',
  ],
  [
    'an experiment without anything to bucket',
    '{ experiment: { loggedout: true } }',
    {},
    'OFF because of experiment, which has nothing to bucket',
  ],
  [
    'a bucket of no variant',
    '{ experiment: { loggedin: true, variants: { control_1: 0, control_2: 0 } } }',
    gary,
    'OFF because of experiment, whose bucket belongs to no variant',
  ],
  [
    'a control',
    '{ experiment: { loggedin: true, variants: { control_1: 50, control_2: 50 } } }',
    gary,
    expect.stringMatching(/^OFF because of experiment, with variant control_[12]$/),
  ],
  [
    'a URL that forces nobody in',
    '{ url: { none: null } }',
    { urlFeatures: ['none'] },
    'OFF because of url',
  ],
  ['a share', '{ percent_loggedin: 100 }', gary, 'ON because of percent_loggedin'],
])('the headline tells of %s', async (_, entry, world, headline) => {
  const { out } = await liveflag(['explain', '-', 'a', '--world', JSON.stringify(world)], {
    stdin: `feature_a: ${entry}\n`,
  })
  expect(/^a is (.*) \(line 1\)\n/.exec(out)?.[1]).toEqual(headline)
})

describe('the headline of an experiment that does not assign the visitor', () => {
  const VARIANTS = 'variants: [{ name: red, weight: 100, value: red }]'

  test.each([
    ['targeting: country == "NZ"', 'targeting does not hold'],
    ['targeting: age > 5', 'targeting does not hold, as it has no answer for the visitor'],
    ['admin: true', 'no selector of the experiment includes the visitor'],
    ['status: draft', 'the experiment is a draft'],
    ['status: in_review', 'the experiment is in review'],
    ['status: approved', 'the experiment is approved, and not running'],
    ['status: paused', 'the experiment is paused'],
    ['status: completed', 'the experiment is completed'],
    ['status: archived', 'the experiment is archived'],
    ['status: rejected', 'the experiment is rejected'],
    ['start: 2099-01-01', 'the experiment has not started'],
    ['end: 2020-01-01', 'the experiment has ended'],
    ['enabled: off', 'the experiment is switched off'],
    ['traffic: 0', 'the visitor is outside the traffic of the experiment'],
    ['domains: [d]', 'another experiment of its domains has the visitor'],
  ])('{%s}: %s, with its line', async (key, why) => {
    const { out } = await liveflag(
      ['explain', '-', 'a', '--world', '{"user":{"id":"u1"},"attributes":{"country":"AU"}}'],
      {
        stdin: `feature_a:\n  default: blue\n  experiment:\n    experiment_id: 1\n    ${key}\n    ${VARIANTS}\nfeature_rival: {experiment: {domains: [d], priority: 1, ${VARIANTS}}}\n`,
      },
    )
    expect(out.split('\n')[0]).toBe(`a gives its default "blue": ${why} (line 5)`)
  })

  test.each([
    [
      'no variants',
      '{ default: 1, experiment: { traffic: 100 } }',
      'a gives its default 1: the experiment has no variants (line 1)',
    ],
    [
      'no id',
      `{ default: false, experiment: { traffic: 100, ${VARIANTS} } }`,
      'a gives its default false: the visitor has no id that could be bucketed (line 1)',
    ],
    [
      'no default',
      `{ experiment: { status: draft, ${VARIANTS} } }`,
      'a is OFF: the experiment is a draft (line 1)',
    ],
    [
      'no rule that holds',
      '{ default: null, rules: [{ condition: { country: NZ }, force: 2 }] }',
      'a gives its default null: no rule claims the visitor (line 1)',
    ],
    [
      'selectors and a default',
      '{ default: blue, admin: true }',
      'a gives its default "blue": no selector claims the visitor (line 1)',
    ],
    [
      'a prerequisite that is not met',
      '{ default: 1, rules: [{ parentConditions: [{ id: b, condition: { value: 1 }, gate: true }], force: 2 }] }',
      'a is OFF because of rules[0], which requires what another feature does not have (line 1)',
    ],
  ])('with %s', async (_, entry, headline) => {
    const user = headline.includes('no id') ? {} : { user: { id: 'u1' } }
    const { out } = await liveflag(['explain', '-', 'a', '--world', JSON.stringify(user)], {
      stdin: `feature_a: ${entry}\nfeature_b: off\n`,
    })
    expect(out.split('\n')[0]).toBe(headline)
  })

  test('--json has the status, and the step that kept the visitor out', async () => {
    const { out } = await liveflag(['explain', '-', 'a', '--json'], {
      stdin: `feature_a:\n  experiment:\n    start: 2099-01-01\n    ${VARIANTS}\n`,
    })
    expect(JSON.parse(out)).toMatchObject({
      status: 'approved',
      steps: [{ steps: [{ path: 'experiment.start', line: 3, outcome: 'passed on' }] }],
    })
  })
})

test('the segment that the visitor is in is named, and those that were asked before it', async () => {
  const { out } = await liveflag(['explain', '-', 'a', '--world', '{"user":{"id":"u1"}}'], {
    stdin:
      'segments: { kiwis: { country: NZ }, staff: [u1], late: [u1] }\nfeature_a: { segments: [kiwis, staff, late] }\n',
  })
  expect(out.split('\n').filter((line) => line.includes('segment '))).toEqual([
    'a is ON because of segments, segment staff (line 2)',
    '    asked segment kiwis → no',
    '    asked segment staff → yes',
  ])
})

test('a feature whose entry was refused is off, shows why, and exits 1', async () => {
  const { code, out } = await explained('broken', gary)
  expect({ code, first: out.split('\n')[0], last: out.split('\n').slice(-4) }).toEqual({
    code: 1,
    first: expect.stringMatching(/^broken is OFF because .*"usrs" is not a key .* \(line 20\)$/),
    last: [
      'live.yaml:20:19  error  unknown-key  feature_broken: "usrs" is not a key that an entry knows; did you mean users?',
      '    20 │ feature_broken: { usrs: [gary] }',
      '       │                   ^',
      '',
    ],
  })
})

test.each([
  ['some_flagg', 'liveflag: live.yaml has no feature_some_flagg; did you mean some_flag?\n'],
  ['feature_plan', 'liveflag: live.yaml has no feature_plan; did you mean plain?\n'],
  ['entirely_different', 'liveflag: live.yaml has no feature_entirely_different\n'],
])(
  'the unknown feature %s is an error that says what may have been meant',
  async (feature, err) => {
    expect(await explained(feature, {})).toEqual({ code: 1, out: '', err })
  },
)

describe('--json', () => {
  test('prints the Explanation, with null for an answer that is not there, and the problems of the feature', async () => {
    const { code, out } = await explained('some_flag', {}, '--json')
    const steps = [
      {
        selector: 'admin',
        path: 'admin',
        line: 4,
        column: 3,
        outcome: 'passed on',
        asked: [{ question: 'user', answer: null }],
        steps: [],
      },
      expect.objectContaining({ selector: 'users', outcome: 'passed on' }),
      expect.objectContaining({
        selector: 'percent_loggedin',
        outcome: 'passed on',
        asked: expect.arrayContaining([{ question: 'isLoggedIn', answer: false }]),
      }),
    ]
    expect({ code, printed: JSON.parse(out) }).toEqual({
      code: 0,
      printed: {
        decision: { feature: 'some_flag', enabled: false, reason: 'DEFAULT', generation: 1 },
        source: 'live.yaml',
        position: { line: 3, column: 1 },
        steps,
        problems: [],
      },
    })
  })

  test('says where it was decided', async () => {
    expect(JSON.parse((await explained('some_flag', gary, '--json')).out)).toEqual(
      expect.objectContaining({ decidedAt: { line: 5, column: 3 } }),
    )
  })

  test('of a refused feature has its problems', async () => {
    const { out } = await explained('broken', {}, '--json')
    expect(JSON.parse(out).problems).toEqual([
      expect.objectContaining({ feature: 'broken', line: 20, column: 19, code: 'unknown-key' }),
    ])
  })

  test('of an unknown feature is printed all the same', async () => {
    const { code, out, err } = await explained('some_flagg', {}, '--json')
    expect({ code, error: JSON.parse(out).decision.error.code, err }).toEqual({
      code: 1,
      error: 'FLAG_NOT_FOUND',
      err: expect.stringContaining('did you mean some_flag?'),
    })
  })
})

test('--compat r2 walks as r2 does: off ends the selector check only', async () => {
  const file = write(
    'r2.yaml',
    'feature_a:\n  enabled: off\n  gold: true\n  percent_loggedin: 100\n',
  )
  const { out } = await liveflag([
    'explain',
    file,
    'a',
    '--compat',
    'r2',
    '--world',
    JSON.stringify(gary),
  ])
  expect(out.split('\n').filter((line) => /^\S/.test(line))).toEqual([
    'a is ON because of percent_loggedin (line 4)',
    expect.stringMatching(/^↷ ended its stage {2}enabled /),
    expect.stringMatching(/^✔ claimed {10}percent_loggedin /),
  ])
})

test('a file with nothing to explain from is one line with its place', async () => {
  const broken = write('broken.yaml', 'feature_a: [\n')
  const { code, out, err } = await liveflag(['explain', broken, 'a'])
  expect({ code, out, err: err.replaceAll(broken, 'broken.yaml') }).toEqual({
    code: 1,
    out: '',
    err: expect.stringMatching(/^liveflag: broken\.yaml:\d+:\d+: .+\n$/),
  })
})

test('stdin cannot be both the file and the World', async () => {
  expect(await liveflag(['explain', '-', 'a', '--world', '-'])).toEqual({
    code: 2,
    out: '',
    err: 'liveflag: stdin (-) can be read only once\n',
  })
})

test('the headline names the holdout that a visitor is in', async () => {
  const path = write(
    'held.yaml',
    'holdouts: {checkout: {percent: 100}}\nfeature_x:\n  holdouts: [checkout]\n  loggedin: true\n',
  )
  const { out } = await liveflag(['explain', path, 'x', '--world', '{"user": {"id": "t2_a"}}'])
  expect(out.split('\n')[0]).toBe(
    'x is OFF: the visitor is held out by the holdout checkout (line 3)',
  )
})
