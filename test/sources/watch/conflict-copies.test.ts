import { conflictCopies, leftBehind } from '../../../src/sources/watch/conflict-copies'

const ORIGINAL = 'checkout.yaml'

describe('a copy that another program made', () => {
  test.each([
    ['Syncthing', 'checkout.sync-conflict-20261129-101500-ABCDEFG.yaml'],
    ['Dropbox', 'checkout (conflicted copy 2026-11-29).yaml'],
    ['Dropbox', "checkout (Gary's conflicted copy 2026-11-29).yaml"],
    ['Dropbox', 'checkout (Case Conflict).yaml'],
    ['Nextcloud', 'checkout (conflicted copy 2026-11-29 101500).yaml'],
    ['Seafile', 'checkout (SFConflict gary@example.com 2026-11-29-10-15-00).yaml'],
    ['ownCloud', 'checkout_conflict-20261129-101500.yaml'],
    ['Resilio', 'checkout.Conflict.yaml'],
    ['git mergetool', 'checkout_LOCAL_1.yaml'],
    ['git mergetool', 'checkout_BASE_4711.yaml'],
    ['Office', '~$checkout.yaml'],
    ['an editor', '#checkout.yaml'],
    ['an editor', 'checkout~.yaml'],
    ['Windows', 'desktop.ini'],
  ])('is known by its name alone: %s, %s', (_made, name) => {
    expect(conflictCopies([name]).map((copy) => copy.name)).toEqual([name])
  })

  test.each([
    ['Finder', 'checkout copy.yaml'],
    ['Finder', 'checkout copy 2.yaml'],
    ['iCloud', 'checkout 2.yaml'],
    ['a browser', 'checkout (1).yaml'],
    ['Windows', 'checkout - Copy.yaml'],
    ['Windows', 'checkout - Copy (2).yaml'],
    ['Windows', 'Copy of checkout.yaml'],
    ['GNOME', 'checkout (copy).yaml'],
    ['GNOME', 'checkout (another copy).yaml'],
    ['GNOME', 'checkout (Kopie).yaml'],
    ['GNOME', 'checkout (3. Kopie).yaml'],
    ['Finder', 'checkout Kopie 2.yaml'],
    ['Finder', 'checkout copie.yaml'],
    ['OneDrive', 'checkout-DESKTOP-7H2K9.yaml'],
    ['an editor', 'checkout.bak.yaml'],
    ['git', 'checkout.orig.yaml'],
  ])(
    'under a name that somebody may mean is one beside its original only: %s, %s',
    (_made, name) => {
      expect(conflictCopies([name])).toEqual([])
      expect(conflictCopies([ORIGINAL, name]).map((copy) => copy.name)).toEqual([name])
      expect(conflictCopies(['checkout.json', name])).toEqual([])
    },
  )

  test.each([
    'checkout.yaml',
    'checkout-eu.yaml',
    'checkout-2.yaml',
    'copy.yaml',
    'conflicts.yaml',
    'conflict-domains.yaml',
    'team (payments).yaml',
    'REMOTE_flags.yaml',
    '2.yaml',
  ])('is not what people name their own files: %s', (name) => {
    expect(conflictCopies([ORIGINAL, 'team.yaml', name])).toEqual([])
  })
})

test.each([
  ['checkout.yaml~', 'checkout.json.orig', 'checkout.ini.rej', 'checkout.yml.bak'],
  ['.checkout.yaml.swp', '.checkout.yaml.swo', '#checkout.yaml#', '.#checkout.yaml'],
  ['checkout.yaml.~1~', 'checkout.yaml.mine', 'checkout.yaml.r4711', '.~lock.checkout.yaml#'],
  ['checkout.yaml (conflicted copy)', "checkout.yaml (Gary's conflicted copy 2026-11-29)"],
])(
  'what editors and merges leave under a name that no source reads is known: %s, %s',
  (...names) => {
    expect(leftBehind(names).map(({ name }) => name)).toEqual(names)
  },
)

test.each(['checkout.yaml', 'README.md', '.hidden.yaml', 'notes.orig', 'checkout.yaml.license'])(
  '%s is not taken for what an editor left',
  (name) => {
    expect(leftBehind([name])).toEqual([])
  },
)
