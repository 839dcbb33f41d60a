import type { Features } from './adapter'
import { spell } from './diff'
import { clearInterval, setInterval } from '../../runtime/timers'

const EVERY_MS = 3

/**
 * I2: reads again and again what is served, and records each content that may not be served now.
 */
export class Sampler {
  readonly strays: string[] = []
  private allowed = new Set<string>()
  private last = ''
  private readonly timer: NodeJS.Timeout

  constructor(private readonly read: () => Features) {
    this.timer = setInterval(() => this.sample(), EVERY_MS)
  }

  allow(...contents: readonly Features[]): void {
    this.sample()
    this.allowed = new Set(contents.map(spell))
    this.last = ''
  }

  stop(): void {
    this.sample()
    clearInterval(this.timer)
  }

  private sample(): void {
    const served = spell(this.read())
    if (served === this.last) return
    this.last = served
    if (this.allowed.size > 0 && !this.allowed.has(served)) this.strays.push(served)
  }
}
