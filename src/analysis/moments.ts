import type { Sums } from './means'

/**
 * The mean and the spread of values that come one by one: Welford, Note on a Method for Calculating
 * Corrected Sums of Squares and Products (1962). Large values of a small spread do not cancel.
 */
export class Moments implements Sums {
  units = 0
  mean = 0
  squaredDeviations = 0
  /** Of the third power; Terriberry's update of it (2007). */
  private cubedDeviations = 0

  static of(values: Iterable<number>): Moments {
    const moments = new Moments()
    for (const value of values) moments.add(value)
    return moments
  }

  add(value: number): void {
    const before = this.units++
    const distance = value - this.mean
    const step = distance / this.units
    const square = distance * step * before
    this.mean += step
    this.cubedDeviations += square * step * (this.units - 2) - 3 * step * this.squaredDeviations
    this.squaredDeviations += square
  }

  get sum(): number {
    return this.mean * this.units
  }

  /** The skewness g₁ of the values; 0 if they are all equal. */
  get skewness(): number {
    return this.squaredDeviations > 0
      ? (Math.sqrt(this.units) * this.cubedDeviations) / this.squaredDeviations ** 1.5
      : 0
  }
}

/** Two values of each unit, and how they vary together. */
export class PairMoments {
  readonly first = new Moments()
  readonly second = new Moments()
  /** The sum of the products of the distances to the means. */
  products = 0

  static of(pairs: Iterable<readonly [number, number]>): PairMoments {
    const moments = new PairMoments()
    for (const [first, second] of pairs) moments.add(first, second)
    return moments
  }

  add(first: number, second: number): void {
    const distance = first - this.first.mean
    this.first.add(first)
    this.second.add(second)
    this.products += distance * (second - this.second.mean)
  }

  get units(): number {
    return this.first.units
  }
}
