import type { ContractCase } from '../../src/testing/contract'

/** Runs a contract as tests of Jest. */
export function holds(contract: string, cases: readonly ContractCase[]): void {
  describe(contract, () => {
    for (const { title, run } of cases) test(title, run)
  })
}
