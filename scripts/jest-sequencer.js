'use strict'

const { statSync } = require('node:fs')
const { relative, sep } = require('node:path')
const longest = require('./longest-suites.json')

// The class that jest itself uses, found from where jest is, since it is no dependency of this
// project.
const core = require.resolve('@jest/core', { paths: [require.resolve('jest')] })
const { default: Sequencer } = require(require.resolve('@jest/test-sequencer', { paths: [core] }))

/**
 * Starts the longest suites first, so that both workers end at about the same time. Jest does that
 * by the times of earlier runs, which a fresh clone does not have: scripts/longest-suites.json
 * names the suites of 4 seconds or more.
 */
module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const secondsOf = ({ path, context }) =>
      longest[relative(context.config.rootDir, path).split(sep).join('/')] ?? 0
    return tests
      .map((test) => ({ test, seconds: secondsOf(test), bytes: statSync(test.path).size }))
      .sort((a, b) => b.seconds - a.seconds || b.bytes - a.bytes)
      .map(({ test }) => test)
  }
}
