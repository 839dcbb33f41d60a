import type { Sums } from './means'

/**
 * The mean and the spread of values that come one by one: Welford, Note on a Method for Calculating
 * Corrected Sums of Squares and Products (1962). Large values of a small spread do not cancel.
 */
export class Moments implements Sums {
  units = 0
  sum = 0
  mean = 0
  squaredDeviations = 0
  /** Of the third power; Terriberry's update of it (2007). */
  cubedDeviations = 0

  static of(values: Iterable<number>): Moments {
    const moments = new Moments()
    for (const value of values) moments.add(value)
    return moments
  }

  add(value: number): void {
    const before = this.units++
    this.sum += value
    const distance = value - this.mean
    const step = distance / this.units
    const square = distance * step * before
    this.mean += step
    this.cubedDeviations += square * step * (this.units - 2) - 3 * step * this.squaredDeviations
    this.squaredDeviations += square
  }

  /**
   * Adds the values of others: Chan, Golub and LeVeque, Updating Formulae and a Pairwise Algorithm
   * for Computing Sample Variances (1979); the third power is Terriberry's.
   */
  join(others: Moments): void {
    const [n, m] = [this.units, others.units]
    if (m === 0) return
    const all = n + m
    const apart = others.mean - this.mean
    const [ours, theirs] = [this.squaredDeviations, others.squaredDeviations]
    this.cubedDeviations +=
      others.cubedDeviations +
      (apart ** 3 * n * m * (n - m)) / all ** 2 +
      (3 * apart * (n * theirs - m * ours)) / all
    this.squaredDeviations += theirs + (apart ** 2 * n * m) / all
    this.mean += (apart * m) / all
    this.units = all
    this.sum += others.sum
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
  /** Of the straight line that is nearest to the second values, by the first. */
  private slope = 0
  /** The squared distances of the second values to it. */
  private left = 0

  static of(pairs: Iterable<readonly [number, number]>): PairMoments {
    const moments = new PairMoments()
    for (const [first, second] of pairs) moments.add(first, second)
    return moments
  }

  /** Several lists of pairs as one. */
  static joined(lists: Iterable<PairMoments>): PairMoments {
    const moments = new PairMoments()
    for (const list of lists) moments.join(list)
    return moments
  }

  add(first: number, second: number): void {
    const distance = first - this.first.mean
    const known = this.first.squaredDeviations
    this.fit(this.units / (this.units + 1), distance, second - this.second.mean, known)
    this.first.add(first)
    this.second.add(second)
    this.products += distance * (second - this.second.mean)
  }

  private join(others: PairMoments): void {
    const all = this.units + others.units
    if (all === 0) return
    const first = others.first.mean - this.first.mean
    const second = others.second.mean - this.second.mean
    const weight = (this.units * others.units) / all
    this.products += others.products + first * second * weight
    const [own, their] = [this.first.squaredDeviations, others.first.squaredDeviations]
    this.left += others.left
    if (own + their > 0) {
      this.left += ((own * their) / (own + their)) * (this.slope - others.slope) ** 2
      this.slope += (their / (own + their)) * (others.slope - this.slope)
    }
    this.fit(weight, first, second, own + their)
    this.first.join(others.first)
    this.second.join(others.second)
  }

  get units(): number {
    return this.first.units
  }

  /** The squared distances of second − slope · first to their mean. */
  squaresOfSecond(slope: number): number {
    return this.left + this.first.squaredDeviations * (this.slope - slope) ** 2
  }

  /** The squared distances of first − slope · second to their mean. */
  squaresOfFirst(slope: number): number {
    const [ours, theirs] = [this.first.squaredDeviations, this.second.squaredDeviations]
    if (theirs === 0) return ours
    // As much of each of the two is left by the other.
    return (this.left * ours) / theirs + theirs * (this.products / theirs - slope) ** 2
  }

  /**
   * Moves the line so that it is nearest to one more distance between means as well. What is left only
   * grows, by recursive least squares (Plackett, 1950): the difference of large sums of squares
   * would lose it where the two values are nearly proportional.
   */
  private fit(weight: number, across: number, up: number, known: number): void {
    const off = up - this.slope * across
    const more = weight * across ** 2
    const isLine = known + more > 0
    this.left += weight * off ** 2 * (isLine ? known / (known + more) : 1)
    if (isLine) this.slope += (weight * off * across) / (known + more)
  }
}
