import { reasonOf } from '../../core/errors'
import type { Content, Outcome, Sink, SourceProblem } from '../../core/source'
import type { Trouble } from './trouble'

/** What each thing that is wrong with a remote live config is called, and what to do about it. */

/** All that concerns the last good on disk has this code. */
export const CACHE_CODE = 'bad-cache'
/** All that concerns the stream has this code. */
export const STREAM_CODE = 'watch-failed'

export function notRead(name: string, { message, advice, code }: Trouble): SourceProblem {
  return { code, severity: 'error', message: `${name} cannot be read: ${message}; ${advice}` }
}

export function refusedText(name: string, error: unknown): SourceProblem {
  return {
    code: 'syntax',
    severity: 'error',
    message: `what ${name} sent was refused: ${reasonOf(error)}; correct what it sends, or the option that refused it`,
  }
}

export function large(name: string, limit: number): SourceProblem {
  return {
    code: 'too-large',
    severity: 'warning',
    message: `${name} has more than ${limit} bytes, which takes long to load; shorten it, or raise softLimitBytes`,
  }
}

export function noStream(name: string, { message, advice }: Trouble): SourceProblem {
  return {
    code: STREAM_CODE,
    severity: 'warning',
    message: `changes of ${name} are found by asking again and again, not by its stream: ${message}; ${advice}`,
  }
}

export function badCache(path: string, name: string, reason: string): SourceProblem {
  return {
    code: CACHE_CODE,
    severity: 'error',
    message: `${path}, the last good of ${name}, cannot be used: ${reason}; repair or delete it`,
  }
}

export function foreignCache(path: string, name: string, url: string): SourceProblem {
  return {
    code: CACHE_CODE,
    severity: 'warning',
    message: `${path} is the last good of ${url}, not of ${name}, so it is not used; give each URL a file of its own`,
  }
}

export function fromCache(path: string, name: string, fetchedAt: number): SourceProblem {
  const when = `${new Date(fetchedAt).toISOString()}, ${ago(Date.now() - fetchedAt)} ago`
  return {
    code: CACHE_CODE,
    severity: 'warning',
    message: `what is in force is the last good in ${path}, read from ${name} at ${when}; it is replaced as soon as that can be read`,
  }
}

export function notKept(path: string, name: string, error: unknown): SourceProblem {
  return {
    code: CACHE_CODE,
    severity: 'warning',
    message: `the last good of ${name} cannot be kept in ${path}: ${reasonOf(error)}; give this process the right to write there, or make room`,
  }
}

export function fromDefaults(name: string): SourceProblem {
  return {
    code: CACHE_CODE,
    severity: 'warning',
    message: `nothing is in force but the defaults in the code, because ${name} could not be read at start and there is no last good; features come as soon as it can be read`,
  }
}

function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  return seconds < 172_800
    ? `${Math.round(seconds / 3600)} h`
    : `${Math.round(seconds / 86_400)} days`
}

/** Tells a sink what was found, and each cause of trouble once until it is over. */
export class Report {
  /** Causes of failure told since content was last known to be good. */
  private readonly causes = new Set<string>()
  private readonly warnings = new Map<SourceProblem['code'], Set<string>>()
  private unusable: SourceProblem | undefined

  constructor(private sink: Sink | undefined) {}

  /** Whatever is still being read is not told any more. */
  end(): void {
    this.sink = undefined
  }

  /** The content in force is what the endpoint serves. */
  confirmed(): void {
    this.causes.clear()
    this.sink?.confirmed()
  }

  /** Undefined when nobody listens any more. */
  async content(content: Content): Promise<Outcome | undefined> {
    this.causes.clear()
    return this.sink?.content(content)
  }

  /** Parts of what was received cannot be used; undefined: all of it can. */
  unusablePart(problem: SourceProblem | undefined): void {
    if (problem) this.sink?.warn(problem)
    else if (this.unusable) this.sink?.unwarn(this.unusable.code)
    this.unusable = problem
  }

  failed(problem: SourceProblem, hash?: string): void {
    if (this.causes.has(problem.message)) return
    this.causes.add(problem.message)
    this.sink?.failed(problem, hash)
  }

  /** `problem` left out: there is none of this code now. Causes that take turns are not told again and again. */
  warning(code: SourceProblem['code'], problem: SourceProblem | undefined): void {
    const told = this.warnings.get(code)
    if (problem === undefined) {
      if (this.warnings.delete(code)) this.sink?.unwarn(code)
    } else if (!told?.has(problem.message)) {
      this.warnings.set(code, (told ?? new Set()).add(problem.message))
      this.sink?.warn(problem)
    }
  }
}
