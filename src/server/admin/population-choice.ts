import { codeOf } from '../../core/errors'
import { BadBody, ERROR, refused } from '../protocols/json-body'
import type { Answer, OperationAnswer } from '../route'
import type { Dashboard } from './dashboard'
import type { Population } from './populations'

export const POPULATION_PARAMETER = {
  name: 'population',
  in: 'query',
  description: 'Visitors that are made up, or units that the store has. Default simulated.',
  schema: { enum: ['simulated', 'recorded'] },
}

export const BAD_POPULATION = {
  400: { description: 'A parameter is not valid.', schema: ERROR },
  503: { description: 'The store of records is away.', schema: ERROR },
} satisfies Record<number, OperationAnswer>

/** Answers about the population that a query names; throws BadBody where it names another. */
export async function withPopulation(
  { populations }: Dashboard,
  query: URLSearchParams,
  answer: (population: Population) => Promise<Answer>,
): Promise<Answer> {
  const name = query.get('population') ?? 'simulated'
  if (name === 'simulated') return answer(populations.simulated)
  if (name !== 'recorded')
    throw new BadBody('population', 'population is not valid; send simulated or recorded')
  let recorded: Population
  try {
    recorded = await populations.recorded()
  } catch (error) {
    if (codeOf(error) !== 'LIVEFLAG_STORE_UNAVAILABLE') throw error
    return refused(503, 'not_ready', 'the store of records is away; ask again later')
  }
  return answer(recorded)
}
