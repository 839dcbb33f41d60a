import { pipeline } from 'node:stream/promises'
import type { Decision } from '../../core/decision'
import { codeOf, LiveflagError, reasonOf } from '../../core/errors'
import { isJsonObject, type JsonObject, type JsonValue, kindOf } from '../../core/json'
import { didYouMean } from '../../core/suggest'
import { worldOf } from '../../core/world'
import { readFacts } from '../../engine/facts'
import type { Features } from '../../engine/features'
import { isInput, lineBatches, LONGEST_LINE, openInput } from '../input'
import { openText, type Reading } from '../live-config-file'
import { namesOf, plainName, unknownFeature } from '../named-experiment'
import { clipped, complain, counted, Output, printable, printableJson } from '../output'
import { isUrl } from '../sources'
import { type ExitCode, OK, PROBLEMS, type Terminal } from '../terminal'
import { readWorld } from '../world-argument'

const MEMBERS = ['id', 'feature', 'world']

/**
 * What is printed for a line that asks nothing that can be answered. Codes are OpenFeature's, as in
 * a Decision.
 */
interface BadLine {
  readonly error: { readonly code: 'PARSE_ERROR' | 'INVALID_CONTEXT'; readonly message: string }
  readonly line: number
}

/** With the `id` of its line, if that has one. */
type Answer = (Decision | BadLine) & { readonly id?: JsonValue }

/**
 * `liveflag eval --batch`: a Decision for each line, in order; reads no faster than its answers are
 * taken.
 */
async function evalBatch(path: string, features: Features, terminal: Terminal): Promise<ExitCode> {
  if (isUrl(path))
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', '--batch is a URL; give a file, or - for stdin')
  const batch = new Batch(features)
  const input = await openInput(path, terminal.stdin)
  if (!isInput(input)) throw new LiveflagError('LIVEFLAG_BAD_OPTION', `--batch: ${input.message}`)
  try {
    await pipeline(
      input.setEncoding('utf8'),
      (chunks: AsyncIterable<string>) => batch.answers(chunks),
      terminal.stdout,
      { end: false },
    )
  } catch (error) {
    // The reader of the answers has closed its end.
    if (codeOf(error) === 'EPIPE') return OK
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `--batch: ${path} cannot be read: ${reasonOf(error)}`,
      { cause: error },
    )
  }
  if (batch.bad === 0) return OK
  complain(
    terminal,
    `${batch.bad} of ${counted(batch.lines, 'line')} could not be answered; the first is line ${batch.firstBad}`,
  )
  return PROBLEMS
}

class Batch {
  lines = 0
  bad = 0
  firstBad = 0

  constructor(private readonly features: Features) {}

  async *answers(chunks: AsyncIterable<string>): AsyncGenerator<string> {
    for await (const lines of lineBatches(chunks)) yield this.answer(lines)
  }

  private answer(lines: readonly string[]): string {
    let answers = ''
    for (const line of lines) {
      this.lines++
      if (line.trim() !== '') answers += `${printableJson(this.decide(line))}\n`
    }
    return answers
  }

  private decide(line: string): Answer {
    const read = readLine(line)
    if (typeof read === 'string') return this.refuse('PARSE_ERROR', read)
    // First, where people look for it.
    const echo = read.id === undefined || isInexact(read.id) ? {} : { id: read.id }
    const question = questionOf(read)
    if (typeof question === 'string') return { ...echo, ...this.refuse('PARSE_ERROR', question) }
    try {
      const request = this.features.for(worldOf(readFacts(question.world)))
      return { ...echo, ...this.counted(request.decide(question.feature)) }
    } catch (error) {
      if (error instanceof LiveflagError)
        return { ...echo, ...this.refuse('INVALID_CONTEXT', error.message) }
      throw error
    }
  }

  /** A line about an unknown feature has an answer, which says so, and counts as bad. */
  private counted(decision: Decision): Decision {
    if (decision.error && this.bad++ === 0) this.firstBad = this.lines
    return decision
  }

  private refuse(code: BadLine['error']['code'], message: string): BadLine {
    if (this.bad++ === 0) this.firstBad = this.lines
    return { error: { code, message }, line: this.lines }
  }
}

/** Parses a line to an object, or to the reason why it is none. */
function readLine(line: string): JsonObject | string {
  if (line.length >= LONGEST_LINE)
    return `the line has ${LONGEST_LINE} characters or more; shorten it`
  let question: JsonValue
  try {
    // Data from outside: JSON.parse returns only JSON values.
    question = JSON.parse(line) as JsonValue
  } catch (error) {
    return `the line is not JSON: ${clipped(reasonOf(error), 200)}`
  }
  return isJsonObject(question)
    ? question
    : `the line is ${kindOf(question)}; write {"feature": "some_flag", "world": {}}`
}

/** A number of which JSON has lost digits. */
const isInexact = (id: JsonValue | undefined): boolean =>
  typeof id === 'number' && Math.abs(id) > Number.MAX_SAFE_INTEGER

interface Question {
  readonly feature: string
  readonly world: JsonValue
}

/** What a line asks, or why it asks nothing. */
function questionOf(line: JsonObject): Question | string {
  const unknown = Object.keys(line).find((key) => !MEMBERS.includes(key))
  if (unknown !== undefined)
    return `the line has a member ${JSON.stringify(unknown)}; ${meant(unknown)}`
  const { id, feature, world } = line
  if (isInexact(id)) return 'id is a number that is not kept exactly; write it as text, in quotes'
  if (typeof feature !== 'string')
    return `feature is ${kindOf(feature)}; write the name of a feature`
  return { feature, world: world ?? {} }
}

function meant(key: string): string {
  const word = didYouMean(key, MEMBERS)
  return word === undefined ? `it may have ${MEMBERS.join(', ')}` : `did you mean ${word}?`
}

export interface EvalFlags extends Reading {
  readonly json?: boolean
  readonly world?: string
  readonly batch?: string
}

/**
 * `liveflag eval`: the Decisions on the named features, or on all, for one World or for each line
 * of a batch.
 */
export async function evaluate(
  path: string,
  names: readonly string[],
  flags: EvalFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  refuseContradictions(path, names, flags)
  const world = await readWorld(flags.world, terminal.stdin)
  const { features } = await openText(path, flags, terminal.stdin)
  if (flags.batch !== undefined) return evalBatch(flags.batch, features, terminal)
  const request = features.for(world)
  const all = namesOf(features)
  const asked = names.length > 0 ? names.map((name) => plainName(name, all)) : all
  const decisions = asked.map((name) => request.decide(name))
  const output = new Output(terminal)
  if (flags.json)
    output.document(Object.fromEntries(decisions.map((decision) => [decision.feature, decision])))
  else output.lines(table(decisions, output))
  for (const { feature, error } of decisions) {
    if (error?.code === 'FLAG_NOT_FOUND') output.complain(unknownFeature(feature, path, features))
  }
  return decisions.some(({ error }) => error) ? PROBLEMS : OK
}

function refuseContradictions(
  path: string,
  names: readonly string[],
  { world, batch, json }: EvalFlags,
): void {
  const refuse = (message: string): never => {
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', message)
  }
  if ([path, world, batch].filter((given) => given === '-').length > 1)
    refuse('stdin (-) can be read only once')
  if (batch === undefined) return
  if (names.length > 0) refuse('with --batch, each line names its feature; leave out the features')
  if (world !== undefined) refuse('with --batch, each line has its world; leave out --world')
  if (json) refuse('--batch prints JSON lines in any case; leave out --json')
}

/** A line for each decision. */
export function table(decisions: readonly Decision[], { paint }: Output): readonly string[] {
  const width = Math.max(0, ...decisions.map(({ feature }) => printable(feature).length))
  return decisions.map(
    ({ feature, enabled, variant, value, reason, selector, error, forced, ...rest }) => {
      const state = enabled ? paint.green('ON ') : paint.red('OFF')
      const named = variant === undefined ? [] : [`variant ${variant}`]
      const drawn = rest.assignment ? [`bucket ${rest.assignment.bucket}`] : []
      const valued = value === undefined ? [] : [`value ${clipped(JSON.stringify(value), 80)}`]
      const outcome = rest.participation?.outcome
      // The default is no variant: visitors who are not assigned have it.
      const notAssigned =
        outcome === undefined || rest.assignment ? [] : [`not assigned: ${outcome}`]
      const said = [
        selector ?? reason.toLowerCase(),
        ...named,
        ...valued,
        ...drawn,
        ...notAssigned,
        ...(forced ? ['forced by the URL'] : []),
        ...(error ? [error.message] : []),
      ]
      return `${paint.bold(printable(feature).padEnd(width))}  ${state}  ${printable(said.join(', '))}`
    },
  )
}
