'use strict'

// A process of a fleet, from the built package: `node staged-process.cjs URL HOST`. It is not well while feature_b is on. It
// says on its output, a line each, when it has begun and what it answers after each change.
const process = require('node:process')
const { openFeatures } = require('../../dist/index.js')
const { openKeySource } = require('../../dist/sources/open-key-store.js')

const [url, host] = process.argv.slice(2)
const say = (line) => process.stdout.write(`${line}\n`)

async function main() {
  // It is asked for its health before it has been opened.
  const opened = { features: undefined }
  const health = () =>
    opened.features?.isEnabled('b') ? { isHealthy: false, message: 'b hurts' } : { isHealthy: true }
  const features = await openFeatures({ source: openKeySource(url, { fleet: { host, health } }) })
  opened.features = features
  features.on('problem', () => undefined)
  const answer = () =>
    say(features.isEnabled('b') ? 'bad' : features.isEnabled('c') ? 'good' : 'old')
  features.on('change', answer)
  answer()
  process.on('SIGTERM', () => void features.close().then(() => process.exit(0)))
}

void main()
