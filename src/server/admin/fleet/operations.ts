import { ERROR } from '../../protocols/json-body'
import type { JsonSchema, Operation } from '../../route'
import { BAD_POPULATION, POPULATION_PARAMETER } from '../population-choice'
import { refTo } from '../schemas'
import { objectOf, TEXT, WHOLE } from '../schemas'

const inQuery = (name: string, schema: JsonSchema): JsonSchema => ({ name, in: 'query', schema })

const SOURCE: JsonSchema = {
  ...inQuery('source', TEXT),
  description: 'The name of a source in a store. Left out: the first one.',
}
const AWAY = {
  400: { description: 'A parameter or the body is not valid.', schema: ERROR },
  404: { description: 'There is no such source or generation.', schema: ERROR },
  503: { description: 'The store does not answer.', schema: ERROR },
}

/** What OpenAPI says of the routes of a live config in a store. */
export const OPERATIONS = {
  list: {
    id: 'generations',
    summary: 'Every generation of a live config in a store, whoever published it; the newest first',
    parameters: [SOURCE, inQuery('before', WHOLE), inQuery('limit', WHOLE)],
    answers: {
      200: { description: 'At most 200.', schema: refTo('Generations') },
      ...AWAY,
    },
  },
  compare: {
    id: 'compareGenerations',
    summary: 'What is between two generations, and who gets another answer',
    parameters: [SOURCE, inQuery('from', WHOLE), inQuery('to', WHOLE), POPULATION_PARAMETER],
    answers: {
      200: {
        description: 'One that is left out is what is in force; 0 is no entry at all.',
        schema: refTo('Comparison'),
      },
      ...AWAY,
      503: {
        ...AWAY[503],
        description: `${AWAY[503].description} ${BAD_POPULATION[503].description}`,
      },
    },
  },
  fleet: {
    id: 'fleet',
    summary: 'Which process has which generation, and what is being staged',
    parameters: [SOURCE],
    answers: {
      200: { description: 'Processes that acknowledge, by host.', schema: refTo('Fleet') },
      ...AWAY,
    },
  },
  rollback: {
    id: 'rollBackGeneration',
    summary: 'Publishes the text of an old generation as the next one',
    body: objectOf({ source: TEXT, reason: TEXT, basedOn: TEXT }, ['source', 'basedOn']),
    answers: {
      200: { description: 'Published.', schema: objectOf({ generation: WHOLE, hash: TEXT }) },
      202: { description: 'Proposed: somebody else approves it.', schema: refTo('Proposal') },
      ...AWAY,
      409: { description: 'Another text is in force than basedOn says.', schema: ERROR },
      422: { description: 'It was taken back once, or nobody can read it.', schema: ERROR },
    },
  },
  abort: {
    id: 'abortStages',
    summary: 'Takes the generation that is being staged back from every process',
    body: objectOf({ source: TEXT, reason: TEXT }, ['source']),
    answers: {
      200: { description: 'Taken back.', schema: objectOf({ generation: WHOLE }) },
      ...AWAY,
      409: { description: 'Nothing is being staged.', schema: ERROR },
    },
  },
  resume: {
    id: 'resumeStages',
    summary: 'Goes on with stages whose publisher is gone',
    body: objectOf({ source: TEXT }, ['source']),
    answers: {
      202: { description: 'This server goes on with them.', schema: refTo('Staging') },
      ...AWAY,
      403: { description: 'It takes an approver.', schema: ERROR },
      409: { description: 'Nothing is being staged.', schema: ERROR },
    },
  },
} satisfies Record<string, Operation>
