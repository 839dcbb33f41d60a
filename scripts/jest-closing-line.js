'use strict'

/**
 * A jest reporter: one plain line alone, last of all, that scripts and CI services can read.
 * A test file that could not run at all counts as one failure: it must never look like "nothing failed".
 */
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests + results.numTodoTests
    const line = `${results.numPassedTests} passed, ${failed} failed` + (skipped > 0 ? `, ${skipped} skipped` : '')
    // Where jest's own summary goes; stdout belongs to --json.
    process.stderr.write(`\n${line}\n`)
  }
}
