import { codeOf, messageOf } from '../../core/errors'
import type { DefinitionInForce } from '../../core/feature'
import { isJsonObject, type JsonValue, own } from '../../core/json'
import { worldOf } from '../../core/world'
import { type Features, openFeatures } from '../../engine/features'
import type { ExplainedStep, Explanation } from '../../engine/explain'
import { readFacts } from '../../engine/facts'
import { memory } from '../../sources/memory'
import { answering, ERROR, objectBody, optionalText, refused } from '../protocols/json-body'
import type { Answer, Operation, Route, ServerRequest } from '../route'
import type { ExplainAnswer, ExplainedLine } from './contract'
import type { Dashboard } from './dashboard'
import { unknownFeature } from './features-routes'
import { ANY, objectOf, refTo, TEXT } from './schemas'

const EXPLAIN: Operation = {
  id: 'explainFeature',
  summary: 'What a visitor gets of a feature and why, selector by selector; nothing is recorded',
  body: objectOf({ world: { type: 'object' }, text: TEXT, context: ANY }, ['text', 'context']),
  answers: {
    200: { description: 'The Decision and how it came about.', schema: refTo('Explained') },
    400: { description: 'The World or the text is not valid.', schema: ERROR },
    404: { description: 'The live config does not have it.', schema: ERROR },
  },
}

/** `POST /api/v1/features/:name/explain` */
export const explainRoutes = (dashboard: Dashboard): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/features/:name/explain',
    scope: 'viewer',
    forSessions: true,
    operation: EXPLAIN,
    handle: (request) => answering(() => explained(dashboard, request)),
  },
]

async function explained(dashboard: Dashboard, request: ServerRequest): Promise<Answer> {
  const body = objectBody(request)
  const name = request.params['name'] ?? ''
  const text = optionalText(body, ['text'])
  const world = own(body, 'world') ?? {}
  const { features } = dashboard.context
  try {
    const facts = readFacts(world)
    if (text !== undefined) return await ofText(name, text, facts, features)
    if (features.describe(name) === undefined) return unknownFeature()
    const explanation = features.for(worldOf(facts)).explain(name)
    const { lines } = await dashboard.texts.of(explanation.source ?? '')
    return { status: 200, json: answerOf(explanation, lines) }
  } catch (error) {
    if (codeOf(error) === 'LIVEFLAG_BAD_WORLD') return refused(400, 'bad_world', messageOf(error))
    throw error
  }
}

/** Of an entry that is not saved: segments of the live config are not known in it. */
async function ofText(
  name: string,
  text: string,
  facts: ReturnType<typeof readFacts>,
  like: Features,
): Promise<Answer> {
  // A new feature is read as all others are.
  const [any = ''] = like.snapshot.names
  const opened = await opening(text, like.selectors, like.definition(name) ?? like.definition(any))
  if (typeof opened === 'string') return refused(400, 'bad_text', opened)
  try {
    const explanation = opened.for(worldOf(facts)).explain(name)
    return { status: 200, json: answerOf(explanation, text.split('\n')) }
  } finally {
    await opened.close()
  }
}

async function opening(
  text: string,
  selectors: Features['selectors'],
  { compat = 'liveflag', loggedOutExperiments = true }: Partial<DefinitionInForce> = {},
): Promise<Features | string> {
  try {
    const source = memory(text, { name: 'the text' })
    const features = await openFeatures({ source, compat, loggedOutExperiments, selectors })
    return features.on('problem', () => undefined)
  } catch (error) {
    return messageOf(error)
  }
}

export function answerOf(
  { decision, steps, decidedAt, source }: Explanation,
  lines: readonly string[],
): ExplainAnswer {
  return {
    decision,
    steps: steps.map((step) => lineOf(step, lines)),
    decidedAt: decidedAt?.line ?? null,
    source: source ?? null,
    words: wordsOf(decision),
  }
}

const LONGEST_LINE = 200

const lineOf = (step: ExplainedStep, lines: readonly string[]): ExplainedLine => ({
  selector: step.selector,
  path: step.path,
  line: step.line,
  text: (lines[step.line - 1] ?? '').trim().slice(0, LONGEST_LINE),
  outcome: step.outcome,
  asked: step.asked.map(({ question, answer }) => ({ question, answer: jsonOf(answer) })),
  draw: step.draw ?? null,
  steps: step.steps.map((inner) => lineOf(inner, lines)),
})

/** What the World answered, as far as it is JSON. */
function jsonOf(answer: unknown): JsonValue {
  try {
    return (JSON.parse(JSON.stringify(answer ?? null)) ?? null) as JsonValue
  } catch {
    return null
  }
}

function wordsOf({
  enabled,
  variant,
  value,
  selector,
  reason,
  error,
}: Explanation['decision']): string {
  if (error) return `It has no answer: ${error.message}`
  const what =
    variant === undefined
      ? value === undefined || isJsonObject(value) || typeof value === 'boolean'
        ? `It is ${enabled ? 'on' : 'off'}`
        : `The value is ${JSON.stringify(value)}`
      : `The variant is ${variant}`
  if (selector !== undefined) return `${what}, by ${selector}.`
  return reason === 'STATIC' || reason === 'DISABLED'
    ? `${what} for everybody.`
    : `${what}: no selector claims this visitor.`
}
