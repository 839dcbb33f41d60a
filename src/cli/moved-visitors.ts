import { experimentsOf } from '../analysis/configured'
import { impactOf } from '../analysis/impact'
import type { ClassImpact, FeatureImpact } from '../analysis/impact-view'
import { movesOf } from '../analysis/moves'
import { simulatedVisitors } from '../analysis/simulated-visitors'
import { isJsonObject } from '../core/json'
import type { Problem } from '../core/problem'
import { isStable } from '../experiments/scheme'
import { holdoutEdits } from './holdout-changes'
import { jumpingRamps } from './jumping-ramps'
import { movedByHoldouts } from './moved-by-holdouts'
import { placeIn } from './opened-version'
import { openIfUsable, openVersion, usable, type Version, type VersionReading } from './versions'
import type { Terminal } from './terminal'

/** Who is asked where the entries alone do not say who moves. */
const MADE_UP = { population: simulatedVisitors(1000) }

/**
 * Warns of each experiment that runs before and after an edit and whose visitors the edit moves from
 * one variant to another, and of each ramp that was held and jumps. `revision` is where git has the live config as it was; where it has none
 * that could be used, nobody had a variant.
 */
export async function movedVisitors(
  revision: string,
  path: string,
  reading: VersionReading,
  { stdin, now: clock }: Terminal,
): Promise<readonly Problem[]> {
  const old = await openIfUsable('--against', revision, path, reading)
  if (old === undefined) return []
  try {
    const now = await usable(openVersion(path, reading, stdin))
    if (now === undefined) return []
    try {
      return [
        ...jumpingRamps(revision, old, now, clock().getTime()),
        ...warningsOf(revision, old, now, reading),
      ]
    } finally {
      await now.features.close()
    }
  } finally {
    await old.features.close()
  }
}

function warningsOf(
  revision: string,
  old: Version,
  now: Version,
  reading: VersionReading,
): readonly Problem[] {
  const { features } = impactOf(old.features, now.features, MADE_UP)
  const running = features.filter(
    ({ feature }) => isRunning(feature, old) && isRunning(feature, now),
  )
  const edits = holdoutEdits(running, old, now)
  const byHoldoutAlone = edits
    .flatMap(({ concerned }) => concerned)
    .flatMap(({ impact, isEdited }) => (isEdited ? [] : impact))
  return [
    ...movedByHoldouts(revision, edits, now),
    ...running
      .filter((impact) => !byHoldoutAlone.includes(impact))
      .flatMap((impact) => {
        const { feature } = impact
        const isEdited = old.features.revision(feature) !== now.features.revision(feature)
        const says =
          switchIn(impact, adviceFor(feature, now, reading)) ??
          (isEdited ? doubtOf(impact) : undefined)
        return says === undefined ? [] : [warning(feature, `since ${revision} ${says}`, now)]
      }),
  ]
}

/** Whether a feature has an experiment that draws. */
function isRunning(feature: string, { features }: Version): boolean {
  const value = features.definition(feature)?.value
  return (
    isJsonObject(value) &&
    experimentsOf(feature, value, 'liveflag').some(({ status = 'running' }) => status === 'running')
  )
}

/** Who moves from one variant to another, now or at a later date, as a part of a sentence. */
function switchIn(impact: FeatureImpact, advice: string): string | undefined {
  const { classes, population, later } = impact
  const asked = classes ?? [{ visitors: 'made-up visitors', matrix: population }]
  const now = asked.flatMap(switchesOf).map((one) => ({ ...one, when: '' }))
  const then = later.flatMap(({ at, classes: those }) =>
    those.flatMap(switchesOf).map((one) => ({ ...one, when: `from ${at} on ` })),
  )
  const [most] = [...now, ...then].sort((a, b) => b.share - a.share)
  if (most === undefined) return undefined
  const percent = Number((most.share * 100).toFixed(2))
  const whom =
    classes === null ? `${population.size} made-up visitors` : `those who are ${most.visitors}`
  return `${most.when}${percent} % of ${whom} go from ${most.from} to ${most.to} while the experiment runs, so they have seen both; ${advice}`
}

/** That nobody knows who moves by the edit of an entry. */
const doubtOf = ({ classes, whyNot, population }: FeatureImpact): string | undefined =>
  classes === null
    ? `nobody of ${population.size} made-up visitors goes from one variant to another, but that nobody does is not proven, as ${whyNot ?? 'not all is known'}; count your own with liveflag diff --population`
    : undefined

function adviceFor(
  feature: string,
  { features }: Version,
  { compat = 'liveflag' }: VersionReading,
): string {
  const value = features.definition(feature)?.value
  const entry = isJsonObject(value) ? value : {}
  const id = Object.hasOwn(entry, 'experiment') ? 'experiment_id' : 'key'
  const anew = `begin an experiment of its own, with a new ${id}`
  return isStable(entry, compat) ? `let liveflag reweight write the shares, or ${anew}` : anew
}

const warning = (feature: string, message: string, now: Version): Problem => ({
  code: 'moves-visitors',
  severity: 'warning',
  feature,
  message,
  ...placeIn(now, feature),
})

/** Those who go from one variant to another; whoever comes in or goes out has seen one. */
const switchesOf = ({ visitors, matrix }: ClassImpact) =>
  movesOf(matrix)
    .filter(({ from, to }) => ![from, to].some((answer) => answer === 'off' || answer === 'on'))
    .map(({ from, to, amount }) => ({ from, to, share: amount / matrix.size, visitors }))
