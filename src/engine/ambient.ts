import { AsyncLocalStorage } from 'node:async_hooks'
import type { Decision } from '../core/decision'
import type { Request } from './request'

/** The request in whose asynchronous context the code runs. */
export class Ambient {
  private readonly storage = new AsyncLocalStorage<Request>()
  /** A request has run since the last question outside one. */
  private hasRequests = false

  /**
   * @param nobody the request of an anonymous visitor, for questions outside requests
   * @param outside receives the answer of such a question when it depends on the visitor
   */
  constructor(
    private readonly nobody: () => Request,
    private readonly outside: (decision: Decision) => void,
  ) {}

  run<T>(request: Request, fn: () => T): T {
    this.hasRequests = true
    return this.storage.run(request, fn)
  }

  get request(): Request {
    return this.storage.getStore() ?? this.nobody()
  }

  /**
   * The request to ask about a feature. Where requests are run, a question outside them that a
   * visitor would answer is reported: most likely its code was called back outside the request's
   * asynchronous context. With overrides the caller says who is meant.
   */
  requestFor(name: string, overrides: object | undefined): Request {
    const request = this.storage.getStore()
    if (request) return request
    if (this.hasRequests && overrides === undefined) this.reportOutside(name)
    return this.nobody()
  }

  private reportOutside(name: string): void {
    this.hasRequests = false
    const decision = this.nobody().decide(name)
    const { reason, error } = decision
    if (reason !== 'STATIC' && reason !== 'DISABLED' && error === undefined) this.outside(decision)
  }
}
