import type { FeatureRow, FeatureState } from '../../../src/server/admin/contract'

const NOW = Date.now()
const MINUTE = 60_000
const DAY = 86_400_000

/** A row with nothing to say, for a test to say something. */
export const rowOf = (name: string, more: Partial<FeatureRow> = {}): FeatureRow => ({
  name,
  owner: null,
  tags: [],
  description: null,
  expires: null,
  state: 'on',
  words: 'everybody',
  share: 1,
  variants: {},
  lastEdit: null,
  lastAskedAt: null,
  perMinute: [],
  stale: [],
  ramps: [],
  problems: 0,
  errors: 0,
  experiment: null,
  source: 'config/live.yaml',
  canEdit: true,
  ...more,
})

const wave = (height: number): readonly number[] =>
  Array.from({ length: 30 }, (_, i) =>
    Math.round(height * (1 + 0.5 * Math.sin(i / 3) + (i % 4) / 9)),
  )

const edited = (daysAgo: number, by: string | null, reason: string | null) => ({
  lastEdit: { at: NOW - daysAgo * DAY, by, reason },
})

/** What a small company's list looks like, with every state and every signal. */
export const ROWS: readonly FeatureRow[] = [
  rowOf('checkout_v3', {
    owner: 'payments',
    tags: ['checkout'],
    description: 'The new checkout, one page in place of three.',
    state: 'broken',
    words: '10 % of signed-in visitors, as of its last good version',
    share: 0.098,
    problems: 1,
    errors: 1,
    lastAskedAt: NOW - 4000,
    perMinute: wave(420),
    ...edited(0.02, null, null),
  }),
  rowOf('dark_mode', {
    owner: 'design',
    tags: ['look'],
    description: 'Dark colours for the whole site.',
    state: 'partial',
    words: 'visitors with gold, and 2 users',
    share: 0.211,
    lastAskedAt: NOW - 1000,
    perMinute: wave(2100),
    ...edited(3, 'gary', 'Let the testers see it'),
  }),
  rowOf('front_page_layout', {
    owner: 'growth',
    tags: ['front page'],
    state: 'experiment',
    words: 'signed-in visitors: 25 % cards, 25 % compact, 20 % controls',
    share: 0.48,
    variants: { cards: 0.24, compact: 0.24, control_1: 0.1, control_2: 0.1 },
    experiment: { id: '4712', status: null },
    lastAskedAt: NOW - 800,
    perMinute: wave(900),
    ...edited(12, 'wendy', 'Start at a quarter each'),
  }),
  rowOf('instant_chat', {
    owner: 'support',
    state: 'off',
    words: 'nobody',
    share: 0,
    stale: [
      {
        kind: 'always-off',
        text: 'off for 45 days',
        nextStep: 'Remove the entry, then the code behind it.',
      },
    ],
    lastAskedAt: NOW - 2 * MINUTE,
    perMinute: wave(12),
    ...edited(45, 'ada', 'Paging at 3 a.m.: chat floods the queue'),
  }),
  rowOf('legacy_search', {
    owner: 'search',
    tags: ['search', 'clean-up'],
    state: 'on',
    words: 'everybody',
    stale: [
      {
        kind: 'not-asked',
        text: 'not asked for 34 days',
        nextStep: 'Nothing asks for it: remove its entry.',
      },
    ],
    lastAskedAt: NOW - 34 * DAY,
    ...edited(220, 'wendy', null),
  }),
  rowOf('new_header', {
    owner: 'design',
    description: 'The header with the search in it.',
    words: 'everybody',
    stale: [
      {
        kind: 'always-on',
        text: '100 % for 60 days',
        nextStep: 'Remove the checks from the code, then its entry.',
      },
    ],
    lastAskedAt: NOW - 500,
    perMinute: wave(3300),
    ...edited(60, 'gary', 'To everybody'),
  }),
  rowOf('search_v2', {
    owner: 'search',
    tags: ['search'],
    description: 'The new search, on its way to everyone.',
    expires: '2036-03-01',
    state: 'partial',
    words: '25 % of signed-in visitors, and visitors with gold, and 2 users',
    share: 0.334,
    lastAskedAt: NOW - 300,
    perMinute: wave(1500),
    ...edited(0.4, 'gary', 'Half of the target; SEARCH-118'),
  }),
  rowOf('welcome_banner', {
    owner: 'growth',
    tags: ['growth', 'copy'],
    description: 'Does a word of welcome make people stay?',
    state: 'experiment',
    words: 'everybody: 25 % friendly, 25 % playful, 50 % controls',
    share: 0.503,
    variants: { friendly: 0.251, playful: 0.252, control_1: 0.248, control_2: 0.249 },
    experiment: { id: '4711', status: 'running' },
    problems: 1,
    lastAskedAt: NOW - 200,
    perMinute: wave(1100),
    ...edited(8, 'wendy', 'Ready to run for two weeks'),
  }),
]

const STATES: readonly FeatureState[] = ['on', 'off', 'partial', 'experiment']
const TEAMS = ['search', 'growth', 'payments', 'design', 'support', 'platform', 'ads']
const AREAS = ['cart', 'inbox', 'profile', 'feed', 'video', 'login', 'admin', 'mobile', 'export']
const THINGS = ['redesign', 'cache', 'hints', 'limits', 'banner', 'shortcut', 'preview', 'sync']

/** A long list, the same each time. */
export const manyRows = (count: number): readonly FeatureRow[] =>
  Array.from({ length: count }, (_, i) => {
    const [area = '', thing = ''] = [AREAS[i % AREAS.length], THINGS[(i * 7) % THINGS.length]]
    const share = ((i * 37) % 101) / 100
    return rowOf(`${area}_${thing}_${String(i).padStart(4, '0')}`, {
      owner: TEAMS[i % TEAMS.length] ?? null,
      tags: [area, i % 3 === 0 ? 'q4' : 'later'],
      description: `The ${thing} of the ${area}, number ${i}.`,
      state: STATES[i % STATES.length] ?? 'on',
      words: `${Math.round(share * 100)} % of signed-in visitors`,
      share,
      lastAskedAt: NOW - i * MINUTE,
      perMinute: wave(1 + (i % 90)),
      ...edited(i % 300, 'ada', null),
    })
  })
