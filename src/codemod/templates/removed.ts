import type { Forced } from '../rewriting/answer'
import { answerIn } from './ask'
import { codeStep, unusedConstant } from './code'
import { type Change, Draft } from './draft'
import { type Engine, engineOf, tagsIn } from './engines'
import { keywordStep } from './keywords'
import { pugStep } from './pug'
import { tagsOf, templateQuestions, type TemplateQuestion } from './questions'
import { sectionStep } from './sections'

/** A question that stays, and why. */
export interface LeftQuestion {
  /** Where it was in the template. */
  readonly at: number
  readonly why: string
  /** Whether it certainly asks for the feature; else it may. */
  readonly isCertain: boolean
}

export interface RemovedFromTemplate {
  readonly text: string
  readonly left: readonly LeftQuestion[]
}

/** More steps than any template has questions. */
const MOST_STEPS = 10_000

/** Takes a feature out of a template, one step after another; each leaves a template that is whole. */
export function removedFromTemplate(
  path: string,
  text: string,
  forced: Forced,
): RemovedFromTemplate {
  const engine = engineOf(path)
  if (!engine) return { text, left: [] }
  const draft = new Draft(text)
  const isAsked = (): boolean =>
    templateQuestions(path, draft.text).some(({ feature }) => feature === forced.feature)
  if (isAsked() && !changesDelimiters(engine, text)) {
    const before = new Set(tagsOf(text, engine).map(({ code }) => code.trim()))
    for (let steps = 0; steps < MOST_STEPS && isAsked(); steps++) {
      const step = stepIn(draft.text, engine, forced)
      if (!step) break
      draft.apply(step)
    }
    for (
      let step = unused(draft.text, engine, before);
      step;
      step = unused(draft.text, engine, before)
    )
      draft.apply(step)
  }
  const left = templateQuestions(path, draft.text).flatMap((question) =>
    leftOf(question, draft, forced),
  )
  return { text: draft.text, left }
}

function stepIn(text: string, engine: Engine, forced: Forced): readonly Change[] | undefined {
  if (engine.syntax === 'indented') return pugStep(text, forced)
  const tags = tagsIn(text, engine)
  if (engine.syntax === 'code') return codeStep(text, tags, engine, forced)
  return engine.syntax === 'sections'
    ? sectionStep(text, tags, engine, forced)
    : keywordStep(text, tags, engine, forced)
}

const unused = (
  text: string,
  engine: Engine,
  before: ReadonlySet<string>,
): readonly Change[] | undefined =>
  engine.syntax === 'code' || engine.syntax === 'indented'
    ? unusedConstant(text, tagsOf(text, engine), before)
    : undefined

/** `{{=<% %>=}}` of Mustache. */
const changesDelimiters = ({ name }: Engine, text: string): boolean =>
  name === 'Mustache' && /\{\{=/.test(text)

function leftOf(
  { feature, start, method, variants }: TemplateQuestion,
  draft: Draft,
  forced: Forced,
): readonly LeftQuestion[] {
  const at = draft.originOf(start)
  if (feature === undefined)
    return [
      {
        at,
        why: 'the name is known only when the template runs, so it may be this one',
        isCertain: false,
      },
    ]
  const answer = answerIn({ method, feature, variant: variants[0] }, forced)
  if (!answer) return []
  const why =
    'why' in answer
      ? answer.why
      : 'it is in a place of the template that is not understood; replace it by hand'
  return [{ at, why, isCertain: true }]
}
