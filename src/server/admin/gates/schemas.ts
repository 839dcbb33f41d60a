import { HELD } from '../answer-schemas'
import { listOf, NUMBER, objectOf, orNull, SHARE, TEXT, TIME, WHOLE } from '../schemas'

const OUTCOME = { enum: ['pass', 'fail', 'inconclusive'] }

const GATES = objectOf({
  feature: TEXT,
  percent: NUMBER,
  words: TEXT,
  held: HELD,
  gates: listOf(TEXT),
  verdict: orNull(
    objectOf({
      at: TIME,
      outcome: OUTCOME,
      reason: TEXT,
      gates: listOf(
        objectOf({
          metric: TEXT,
          variant: TEXT,
          outcome: OUTCOME,
          figures: orNull(TEXT),
          margin: SHARE,
          direction: { enum: ['up', 'down'] },
        }),
      ),
    }),
  ),
  edits: listOf(
    objectOf({
      at: TIME,
      outcome: { enum: ['pass', 'fail', 'resume'] },
      percent: NUMBER,
      to: NUMBER,
      reason: TEXT,
    }),
  ),
  job: orNull(objectOf({ everyMs: WHOLE, into: TEXT })),
})

/** What the routes of gates answer, for OpenAPI. */
export const GATE_SCHEMAS = { Gates: GATES }
