import { experimentsOf } from '../analysis/configured'
import { impactOf } from '../analysis/impact'
import type { ClassImpact, FeatureImpact } from '../analysis/impact-view'
import { movesOf } from '../analysis/moves'
import { isJsonObject } from '../core/json'
import type { Problem } from '../core/problem'
import { readWritten } from '../live-config/read-entries'
import { openAsItWas, openVersion, type Version, type VersionReading } from './versions'
import type { Terminal } from './terminal'

/**
 * Warns of each experiment that runs before and after an edit and whose visitors the edit moves from
 * one variant to another. `revision` is where git has the live config as it was.
 */
export async function movedVisitors(
  revision: string,
  path: string,
  reading: VersionReading,
  { stdin }: Terminal,
): Promise<readonly Problem[]> {
  const old = await openAsItWas(revision, path, reading)
  try {
    const now = await openVersion(path, reading, stdin)
    try {
      const { features } = impactOf(old.features, now.features, { population: [] })
      return features
        .filter(({ feature }) => isRunning(feature, old) && isRunning(feature, now))
        .flatMap((impact) => movedIn(impact, revision, now))
    } finally {
      await now.features.close()
    }
  } finally {
    await old.features.close()
  }
}

/** Whether a feature has an experiment that draws. */
function isRunning(feature: string, { features }: Version): boolean {
  const value = features.definition(feature)?.value
  return (
    isJsonObject(value) &&
    experimentsOf(feature, value, 'liveflag').some(({ status = 'running' }) => status === 'running')
  )
}

function movedIn(impact: FeatureImpact, revision: string, now: Version): readonly Problem[] {
  const [most] = (impact.classes ?? []).flatMap(switchesOf).sort((a, b) => b.amount - a.amount)
  if (most === undefined) return []
  const { feature } = impact
  const percent = Number((most.amount * 100).toFixed(2))
  return [
    {
      code: 'moves-visitors',
      severity: 'warning',
      feature,
      message: `since ${revision} ${percent} % of those who are ${most.visitors} go from ${most.from} to ${most.to} while the experiment runs, so they have seen both; let liveflag reweight write the shares, or begin an experiment of its own`,
      ...placeIn(now, feature),
    },
  ]
}

function placeIn({ texts }: Version, feature: string): Pick<Problem, 'source' | 'line' | 'column'> {
  const [place] = texts.flatMap(({ name, text, format }) => {
    const entry = readWritten(text, format).features.get(feature)
    return entry ? [{ source: name, ...entry.position }] : []
  })
  return place ?? {}
}

/** Those who go from one variant to another; whoever comes in or goes out has seen one. */
const switchesOf = ({ visitors, matrix }: ClassImpact) =>
  movesOf(matrix)
    .filter(({ from, to }) => ![from, to].some((answer) => answer === 'off' || answer === 'on'))
    .map((moved) => ({ ...moved, visitors }))
