/**
 * One case of a contract. It belongs to no test runner: pass `title` and `run` to yours, as in `for
 * (const { title, run } of stickyContract(open)) test(title, run)`.
 */
export interface ContractCase {
  /** A sentence about what is under test. */
  readonly title: string
  /** Rejects with an AssertionError of `node:assert` where the contract is broken. */
  readonly run: () => Promise<void>
}
