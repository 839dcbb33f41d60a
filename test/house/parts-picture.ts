import { importsOf, sourceFiles } from './source-tree'

/** The page that holds the picture, between its marks. */
export const PICTURE_PAGE = 'CONTRIBUTING.md'
const BEGIN = '<!-- parts: npm run picture -->'
const END = '<!-- /parts -->'

type Graph = ReadonlyMap<string, ReadonlySet<string>>

const partOf = (path: string): string => path.split('/')[0] ?? path

/**
 * Each part of src/ and the parts that it imports, types included. index.ts imports them all and is
 * left out.
 */
function graphOfParts(): Graph {
  const graph = new Map<string, Set<string>>()
  for (const file of sourceFiles()) {
    const part = partOf(file.path)
    if (part === 'index.ts') continue
    const imported = graph.get(part) ?? new Set()
    graph.set(part, imported)
    for (const { target } of importsOf(file))
      if (target !== undefined && partOf(target) !== part) imported.add(partOf(target))
  }
  return graph
}

/** The arrows that are left when those are taken away that a longer way says already. */
function shortest(graph: Graph): [string, string][] {
  const reaches = (from: string, to: string): boolean =>
    [...(graph.get(from) ?? [])].some((next) => next === to || reaches(next, to))
  return [...graph].flatMap(([part, imported]) =>
    [...imported]
      .filter((target) => ![...imported].some((other) => reaches(other, target)))
      .map((target): [string, string] => [part, target]),
  )
}

function picture(): string {
  const arrows = shortest(graphOfParts()).map(([from, to]) => `  ${from} --> ${to}`)
  return ['```mermaid', 'flowchart LR', ...arrows.sort(), '```'].join('\n')
}

/** The page with the picture of the imports as they are now. */
export function withPicture(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (begin < 0 || end < begin) throw new Error(`${PICTURE_PAGE} lacks ${BEGIN} or ${END}`)
  return `${page.slice(0, begin + BEGIN.length)}\n\n${picture()}\n\n${page.slice(end)}`
}
