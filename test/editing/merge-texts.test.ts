import { mergeTexts } from '../../src/editing/merge-texts'

const BASE = '# flags\nfeature_a: on # a\nfeature_b:\n  gold: true\nfeature_c: off\n'
const edit = (from: string, to: string, text = BASE): string => text.replace(from, to)

test.each<[string, string, string, string]>([
  [
    'entries that only one side changed',
    edit('on # a', 'off # a'),
    edit('gold: true', 'gold: true\n  beta: true'),
    '# flags\nfeature_a: off # a\nfeature_b:\n  gold: true\n  beta: true\nfeature_c: off\n',
  ],
  [
    'an entry that both changed alike',
    edit('feature_c: off', 'feature_c: on'),
    edit('feature_c: off', 'feature_c: on'),
    edit('feature_c: off', 'feature_c: on'),
  ],
  [
    'an entry that is gone, and one that is new',
    edit('feature_c: off\n', 'feature_d: {admin: true} # new\n'),
    edit('# flags', '# all flags'),
    '# all flags\nfeature_a: on # a\nfeature_b:\n  gold: true\nfeature_d: {admin: true} # new\n',
  ],
])('%s merge by themselves', (_, mine, theirs, merged) => {
  const { text, entries } = mergeTexts(BASE, mine, theirs, 'yaml')
  expect(text).toBe(merged)
  expect(entries.map(({ isConflict }) => isConflict)).not.toContain(true)
})

test.each([
  ['changed otherwise', edit('on # a', '{admin: true}'), 'feature_a: {admin: true}'],
  ['removed', edit('feature_a: on # a\n', ''), null],
])(
  'an entry that one side changed and the other %s is a conflict, with its three versions',
  (_, theirs, shown) => {
    expect(mergeTexts(BASE, edit('on # a', 'off # a'), theirs, 'yaml')).toEqual({
      text: null,
      entries: [
        {
          feature: 'a',
          base: 'feature_a: on # a',
          mine: 'feature_a: off # a',
          theirs: shown,
          isConflict: true,
        },
      ],
    })
  },
)

test('JSON merges entry by entry, too', () => {
  const base = '{"feature_a": "on", "feature_b": "on"}'
  expect(
    mergeTexts(
      base,
      edit('"feature_a": "on"', '"feature_a": "off"', base),
      edit('"feature_b": "on"', '"feature_b": "off"', base),
      'json',
    ).text,
  ).toBe('{"feature_a": "off", "feature_b": "off"}')
})
