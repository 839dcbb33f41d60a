/* global process, performance */
// One process of a fleet: it reads its live config from a store, and tells its parent what is in force
// and since when. `node watcher.cjs URL HOST`
'use strict'

const { openFeatures } = require('../../dist/index.js')
const { keySource } = require('../../dist/sources/key-source.js')
const { openKeyStore } = require('../../dist/sources/open-key-store.js')

const [url, host, follows] = process.argv.slice(2)
const now = () => performance.timeOrigin + performance.now()

async function main() {
  const store = openKeyStore(url)
  // A store that does not notify is asked twice a second here; its own default is ten seconds.
  // A live config whose marker is a million or more makes this program ill.
  const opened = {}
  const isWell = () => !opened.features || opened.features.getNumberValue('marker', -1) < 1e6
  const health = () =>
    isWell() ? { isHealthy: true } : { isHealthy: false, message: 'the marker is too large' }
  const fleet = follows === 'fleet' ? { fleet: { host, health } } : {}
  const features = await openFeatures({
    source: keySource(store, { unwatchedPollMs: 500, ...fleet }),
    waitForFile: 120_000,
  })
  opened.features = features
  const tell = (kind) =>
    process.send({ kind, at: now(), marker: features.getNumberValue('marker', -1) })
  features.on('change', () => tell('change'))
  features.on('stale', () => tell('stale'))
  features.on('ready', () => tell('ready'))
  features.on('problem', () => undefined)
  tell('started')
}

process.on('disconnect', () => process.exit(0))
void main().catch((error) => {
  process.send({ kind: 'failed', at: now(), marker: -1, error: String(error) })
  process.exit(1)
})
