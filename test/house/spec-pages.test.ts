/**
 * Comments cite the rules that code follows by page and section: every page is in this repository,
 * and has the section.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, root } from './files'
import { textOf } from './markdown'

interface Citation {
  readonly where: string
  readonly page: string
  readonly sections: readonly string[]
}

const files = ['src', 'test', 'bench', 'scripts', 'examples'].flatMap((folder) =>
  filesBelow(folder, '.ts').map((path) => `${folder}/${path}`),
)

/** `docs/spec/r2.md, sections 5, 6 and 7.1`; the sections may be missing. */
const CITED = /docs\/spec\/([\w-]+\.md)(?:,? sections? (\d[\d.]*(?:(?:,| and| to) \d[\d.]*)*))?/g

/** A citation may go on in the next line of its comment. */
const unwrapped = (text: string): string => text.replace(/\n\s*(?:\*|\/\/)\s*/g, ' ')

const citations: readonly Citation[] = files.flatMap((where) =>
  [...unwrapped(readFileSync(join(root, where), 'utf8')).matchAll(CITED)].map(
    ([, page = '', numbers = '']) => ({
      where,
      page,
      sections: (numbers.match(/\d+(?:\.\d+)*/g) ?? []).map(String),
    }),
  ),
)

const headings = new Map(
  filesBelow('docs/spec', '.md').map((page) => [
    page,
    [...textOf(`docs/spec/${page}`).matchAll(/^#{2,3} (\d+(?:\.\d+)?)\.? /gm)].map(
      ([, number]) => number,
    ),
  ]),
)

test('there are citations to check', () => {
  expect(citations.length).toBeGreaterThan(40)
})

test('every page that a comment cites is there', () => {
  expect(citations.filter(({ page }) => !headings.has(page))).toEqual([])
})

test('every section that a comment cites is a heading of its page', () => {
  const missing = citations.flatMap(({ where, page, sections }) =>
    sections
      .filter((section) => !headings.get(page)?.includes(section))
      .map((section) => `${where} cites docs/spec/${page}, section ${section}`),
  )
  expect(missing).toEqual([])
})

test('every page has its row in docs/README.md', () => {
  const map = textOf('docs/README.md')
  expect([...headings.keys()].filter((page) => !map.includes(`(spec/${page})`))).toEqual([])
})

test('no comment cites a page of rules by a path that a clone lacks', () => {
  const elsewhere = files.flatMap((path) =>
    (readFileSync(join(root, path), 'utf8').match(/(?<!docs\/)\bspec\/[\w-]+\.md/g) ?? []).map(
      (found) => `${path} cites ${found}: write docs/${found}`,
    ),
  )
  expect(elsewhere).toEqual([])
  expect(existsSync(join(root, 'docs/spec'))).toBe(true)
})
