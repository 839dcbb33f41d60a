import { stat } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { LiveflagError, reasonOf } from '../core/errors'
import type { JsonValue } from '../core/json'
import type { Facts } from '../core/world'
import { readFacts } from '../engine/facts'
import { isInput, lineBatches, LONGEST_LINE, openInput } from './input'
import { counted } from './output'
import { isUrl } from './sources'

/** A list of users, with the progress after it. */
export interface Batch {
  readonly users: readonly Facts[]
  readonly done: number
}

/** The users of a simulation, read in batches so that they are never all in memory. */
export interface Population {
  /** The total, in the unit of `Batch.done`; undefined when it is not known. */
  readonly total: number | undefined
  batches(): AsyncIterable<Batch>
  /** What could not be read, as a sentence; undefined when everything was read. */
  readonly problem: string | undefined
  /** What of it is not read, as a sentence; undefined when there is nothing to say. */
  readonly remark?: string | undefined
}

const BATCH_SIZE = 5000

/** `user-0`, `user-1` and so on, signed in; `common` is what else is known of each. */
export function madeUp(count: number, common: Facts): Population {
  return {
    total: count,
    problem: undefined,
    async *batches() {
      for (let first = 0; first < count; first += BATCH_SIZE) {
        const done = Math.min(count, first + BATCH_SIZE)
        yield {
          users: Array.from({ length: done - first }, (_, i) => ({
            ...common,
            user: { ...common.user, id: `user-${first + i}` },
          })),
          done,
        }
      }
    },
  }
}

/**
 * A file of users: a World in JSON on each line or, when its name ends with .csv, an id at the
 * start of each line.
 */
export async function populationFile(
  path: string,
  stdin: Readable,
  common: Facts,
): Promise<Population> {
  if (isUrl(path))
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      '--population is a URL; give a file of Worlds in JSON lines, or a .csv, or --store for what a store has recorded',
    )
  const input = await openInput(path, stdin)
  if (!isInput(input))
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `--population: ${input.message}`)
  return new PopulationFile(path, input, await sizeOf(path), common)
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    return found.isFile() ? found.size : undefined
  } catch {
    // The path is stdin, or one that the shell opened.
    return undefined
  }
}

/** Matches the first line of a CSV file when it is a heading and no user. */
const HEADING = /^(?:id|(?:user|subject|unit)(?:[ _-]?id)?)$/i

/** So many columns are named; a message is to be read. */
const MOST_COLUMNS = 3

class PopulationFile implements Population {
  private lines = 0
  private bad = 0
  private firstProblem = ''
  /** The columns of a .csv behind the ids, as its heading names them. */
  private others: readonly string[] = []

  constructor(
    private readonly path: string,
    private readonly input: Readable,
    readonly total: number | undefined,
    private readonly common: Facts,
  ) {}

  get problem(): string | undefined {
    return this.bad === 0
      ? undefined
      : `${this.bad} of ${counted(this.lines, 'line')} could not be read; the first is ${this.firstProblem}`
  }

  get remark(): string | undefined {
    if (this.others.length === 0) return undefined
    const named = this.others.slice(0, MOST_COLUMNS).join(', ')
    return `of ${this.path} the ids alone are read, and not ${named}${this.others.length > MOST_COLUMNS ? ' …' : ''}; to say more of each, write a World in JSON on each line: {"user": {"id": "t2_beef"}, "attributes": {"country": "NZ"}}`
  }

  async *batches(): AsyncGenerator<Batch> {
    let done = 0
    try {
      for await (const lines of lineBatches(this.input.setEncoding('utf8'))) {
        const users: Facts[] = []
        for (const line of lines) {
          this.lines++
          done += Buffer.byteLength(line) + 1
          const user = line.trim() === '' ? undefined : this.read(line)
          if (user) users.push({ ...this.common, ...user })
        }
        yield { users, done }
      }
    } catch (error) {
      throw new LiveflagError(
        'LIVEFLAG_BAD_OPTION',
        `--population: ${this.path} cannot be read: ${reasonOf(error)}`,
        { cause: error },
      )
    }
  }

  private read(line: string): Facts | undefined {
    return /\.csv$/i.test(this.path) ? this.idOf(line) : this.worldOf(line)
  }

  private idOf(line: string): Facts | undefined {
    const [, quoted, bare = ''] = /^\s*(?:"((?:[^"]|"")*)"|([^,;\t]*))/.exec(line) ?? []
    const id = quoted?.replaceAll('""', '"') ?? bare.trim()
    if (this.lines === 1 && HEADING.test(id)) {
      this.others = line
        .split(/[,;\t]/)
        .slice(1)
        .flatMap((name) => name.trim() || [])
      return undefined
    }
    return id === '' ? this.refuse('it begins with no id') : { user: { ...this.common.user, id } }
  }

  private worldOf(line: string): Facts | undefined {
    if (line.length >= LONGEST_LINE) return this.refuse(`it has ${LONGEST_LINE} characters or more`)
    try {
      // Where data comes in: JSON.parse gives nothing but JSON values.
      return readFacts(JSON.parse(line) as JsonValue)
    } catch (error) {
      return this.refuse(
        error instanceof LiveflagError ? error.message : `it is not JSON: ${reasonOf(error)}`,
      )
    }
  }

  private refuse(why: string): undefined {
    if (this.bad++ === 0) this.firstProblem = `line ${this.lines}: ${why}`
    return undefined
  }
}
