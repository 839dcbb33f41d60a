import { type Compat, LiveflagError, memory, openFeatures, worldOf } from '../../src/index'
import {
  accountOf,
  activeOf,
  eventOf,
  factsOf,
  liveText,
  overridesOf,
  type VectorSequence,
} from './r2-vectors'

/** What the steps of a sequence answered, and the events of each. */
export interface Played {
  readonly results: readonly unknown[]
  readonly events: readonly (readonly object[])[]
}

type Request = ReturnType<Awaited<ReturnType<typeof openFeatures>>['for']>

/** Goes through a sequence in one request, as the README of the vectors says. */
export async function play(item: VectorSequence, compat: Compat): Promise<Played> {
  const source = memory(liveText(item.config), { format: 'json' })
  const events: object[] = []
  const features = await openFeatures({
    source,
    compat,
    badEntry: 'off',
    guards: { allowEmpty: true },
    dedupeExposures: !item.runningAsScript,
    loggedOutExperiments: item.world.enableLoggedoutExperiments,
    validExposureRequest: () => item.world.validExperimentRequest,
    onExposure: (exposure) => events.push(eventOf(exposure)),
  })
  features.on('problem', () => undefined)
  const world = worldOf(factsOf(item))
  let request = features.for(world)
  const played: { result: unknown; events: object[] }[] = []
  for (const step of item.steps) {
    if (step.op === 'setConfig') await source.set(liveText(step.config ?? {}))
    if (step.op === 'setConfig' || step.op === 'newRequest') request = features.for(world)
    played.push({ result: answerStep(request, step), events: events.splice(0) })
  }
  await features.close()
  return { results: played.map(({ result }) => result), events: played.map((step) => step.events) }
}

function answerStep(request: Request, step: VectorSequence['steps'][number]): unknown {
  try {
    if (step.op === 'isEnabled') {
      const { error } = request.decide(step.feature, overridesOf(step))
      return error && error.code !== 'FLAG_NOT_FOUND' && error.code !== 'PARSE_ERROR'
        ? { throws: error.message }
        : request.isEnabled(step.feature, overridesOf(step))
    }
    if (step.op === 'variant') return request.variant(step.feature, overridesOf(step)) ?? null
    if (step.op === 'allEnabled')
      return Object.fromEntries(
        activeOf(request.allEnabled({ user: accountOf(step.user ?? null) })),
      )
    return null
  } catch (error) {
    if (error instanceof LiveflagError) return { throws: error.message }
    throw error
  }
}
