/**
 * One word for one thing: words that were given up, and what to write instead. Decisions keep the
 * words of their day.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pages } from './markdown'
import { filesBelow, root } from './files'

type Retired = readonly [word: RegExp, instead: string]

const everywhere: readonly Retired[] = [
  [/\bflaws?\b/i, 'problem'],
  [/\bnoted\(\)/, 'trailLog()'],
  [/\bslips?\b/i, 'mistake, or problem'],
  [/\bowed\b/i, 'recorded'],
  [/\bmend(s|ed|ing)?\b/i, 'fix, or correct'],
  [/\bcannot be meant\b/i, 'is not valid'],
  [/\bholds for nobody\b/i, 'matches nobody'],
  [/\blies over\b/i, 'overrides'],
  [/\bnot told one by one\b/i, 'of this kind'],
  [/\bis not for them\b/i, 'does not include them'],
  [/\b(an arm|arms)\b/i, 'variant'],
  [/\bfaults?\b/i, 'problem'],
  [/\btold\b/, 'reported, notified or printed'],
  [/\b(an?|the) asker\b/, 'visitor or subject'],
]

const docs = pages().filter((path) => !path.startsWith('docs/decisions/'))
const code = ['.ts', '.tsx'].flatMap((ending) =>
  filesBelow('src', ending).map((path) => `src/${path}`),
)

const found = (word: RegExp, files: readonly string[]): string[] =>
  files.flatMap((path) =>
    readFileSync(join(root, path), 'utf8')
      .split('\n')
      .flatMap((line, index) => (word.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  )

test.each(everywhere)('%s is not used any more; write: %s', (word) => {
  expect(found(word, [...code, ...docs])).toEqual([])
})
