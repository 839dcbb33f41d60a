'use strict'

const { writeSync } = require('node:fs')

function lineOf(results) {
  // A test file that could not run at all counts as one failure: it must never look like "nothing
  // failed".
  const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
  const skipped = results.numPendingTests + results.numTodoTests
  return (
    `${results.numPassedTests} passed, ${failed} failed` +
    (skipped > 0 ? `, ${skipped} skipped` : '')
  )
}

/**
 * How many calls of a matcher passed: a test that loses its assertions still passes, but not
 * unseen.
 */
const assertionsIn = ({ testResults }) =>
  testResults.reduce((sum, { numPassingAsserts = 0 }) => sum + numPassingAsserts, 0)

/**
 * A jest reporter: the count of assertions, and last of all one plain line that scripts and CI
 * services can read.
 */
module.exports = class ClosingLine {
  assertions = 0

  onTestResult(_test, result) {
    this.assertions += assertionsIn(result)
  }

  onRunComplete(_contexts, results) {
    // Jest's own summary always comes after every other reporter; only the exit comes after that.
    // To stderr, as everything jest tells people: stdout belongs to --json.
    if (this.results === undefined)
      process.once('exit', () =>
        writeSync(2, `Assertions:  ${this.assertions} passed\n\n${lineOf(this.results)}\n`),
      )
    this.results = results
  }
}
