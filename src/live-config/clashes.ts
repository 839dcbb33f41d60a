import { jsonEqual } from '../core/json'
import type { Problem } from '../core/problem'
import type { Item } from './entries/judge'
import type { Semantics } from './entries/semantics'
import type { Version } from './entries/version'
import type { Part } from './part'
import type { Layer } from './snapshot'
import { PREFIX } from './text/entry'

type Rules = Pick<Semantics, 'compat' | 'badEntry'>

/** The merged texts of one source, which override those of earlier sources. */
export interface Merged {
  readonly layers: readonly Layer[]
  readonly problems: readonly Problem[]
}

/**
 * Merges the texts of one source. A feature that two of them define differently is a problem, like a
 * key that is twice in one text: its version of before stays in force. In r2 the last one wins.
 */
export function mergeTexts(
  texts: readonly Part[],
  before: readonly Layer[],
  { compat, badEntry }: Rules,
): Merged {
  const clashes = clashesOf(texts)
  const problems = [...clashes].map(([name, those]) =>
    clash(name, those, compat === 'r2' ? 'warning' : 'error'),
  )
  if (clashes.size === 0 || compat === 'r2') return { layers: texts, problems }
  const layers = texts.map((text) => ({ ...text, items: new Map(text.items) }))
  for (const [i, [name, those]] of [...clashes].entries()) {
    for (const layer of layers) layer.items.delete(name)
    const last = those.at(-1)
    const entry = last?.items.get(name)?.entry
    const problem = problems[i]
    if (!entry || !problem) continue
    const item: Item = { entry, heldBack: false, problems: [problem] }
    const version = badEntry === 'hold' ? versionIn(before, name) : undefined
    layers
      .find(({ source }) => source === last.source)
      ?.items.set(name, version ? { ...item, version, heldBack: true } : item)
  }
  return { layers, problems }
}

/** For each feature that several texts define, and not all of them alike, those texts. */
function clashesOf(texts: readonly Part[]): ReadonlyMap<string, readonly Part[]> {
  const clashes = new Map<string, readonly Part[]>()
  const seen = new Set<string>()
  for (const { items } of texts.length > 1 ? texts : []) {
    for (const name of items.keys()) {
      if (seen.has(name)) {
        const having = texts.filter((text) => text.items.has(name))
        if (!areAlike(having.flatMap(({ items: those }) => those.get(name) ?? [])))
          clashes.set(name, having)
      }
      seen.add(name)
    }
  }
  return clashes
}

/** Whether all of them mean the same, segments included; of those that are refused, say the same. */
function areAlike([first, ...others]: readonly Item[]): boolean {
  return others.every(({ version, entry }) =>
    first?.version && version
      ? first.version === version || jsonEqual(first.version.meaning, version.meaning)
      : jsonEqual(first?.entry.value, entry.value),
  )
}

function clash(name: string, texts: readonly Part[], severity: Problem['severity']): Problem {
  const places = texts.map(({ source, items }) => ({ source, ...items.get(name)?.entry.position }))
  const { source = '', ...position } = places.at(-1) ?? {}
  const others = places
    .slice(0, -1)
    .map((place) => `${place.source}:${place.line ?? 1}`)
    .join(' and ')
  const message = `"${PREFIX}${name}" is in ${source} and already in ${others}; keep one of them`
  return { code: 'duplicate-feature', severity, feature: name, source, ...position, message }
}

export const versionIn = (layers: readonly Layer[], name: string): Version | undefined =>
  layers.findLast(({ items }) => items.get(name)?.version !== undefined)?.items.get(name)?.version
