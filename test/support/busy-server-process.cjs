/* global console, fetch, process */
// A site of Express that new visitors ask while its file is edited and exposures go into SQLite; it
// prints what it measured, and ends when it has closed what it opened. Arguments: the folder of its
// files, requests, requests between two edits.
const { writeFileSync, renameSync } = require('node:fs')
const { once } = require('node:events')
const { join } = require('node:path')
const express = require('express')
const { openFeatures } = require('../../dist/index.js')
const { expressFeatures } = require('../../dist/middleware/express.js')
const { bufferedWriter, exposureRecorder, sqliteStore } = require('../../dist/decide/decide.js')

const [folder, requestsText, betweenText] = process.argv.slice(2)
const requests = Number(requestsText)
const between = Number(betweenText)
/** Measured so often, evenly spread. */
const SAMPLES = 10
const FEATURES = 100

const path = join(folder, 'live.yaml')
const textOf = (edit) =>
  Array.from({ length: FEATURES }, (_, i) =>
    i % 2 === 0
      ? `feature_f${i}: { percent_loggedin: ${(edit + i) % 100} }\n`
      : `feature_f${i}: { experiment: { experiment_id: ${i}, loggedin: true, variants: { a: 25, control_1: 25 } } }\n`,
  ).join('')

function edit(number) {
  writeFileSync(`${path}.new`, textOf(number))
  renameSync(`${path}.new`, path)
}

const heap = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const listeners = () =>
  process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)

async function main() {
  edit(0)
  const before = listeners()
  const store = sqliteStore(join(folder, 'records.db'))
  const writer = bufferedWriter(store, { whenFull: 'block' })
  const features = await openFeatures({ source: path, onExposure: exposureRecorder(writer) })
  const changes = { count: 0 }
  features.on('change', () => changes.count++)
  let visitor = 0
  const app = express()
  app.use(expressFeatures(features, { user: () => ({ id: `user-${visitor++}` }) }))
  app.get('/', (req, res) => {
    let on = 0
    for (let i = 0; i < FEATURES; i++) if (req.features.isEnabled(`f${i}`)) on++
    res.json(on)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${server.address().port}/`
  const heaps = []
  const listening = []
  let failed = 0
  for (let done = 0; done < requests;) {
    const some = Array.from({ length: 20 }, () => fetch(url).then((response) => response.json()))
    const answers = await Promise.allSettled(some)
    failed += answers.filter(({ status }) => status === 'rejected').length
    if (Math.floor(done / between) !== Math.floor((done + some.length) / between)) edit(done)
    done += some.length
    await writer.written()
    if (Math.floor((done * SAMPLES) / requests) > heaps.length) {
      heaps.push(heap())
      listening.push(listeners())
    }
  }
  server.closeAllConnections()
  server.close()
  await features.close()
  await writer.close()
  const { received, written, dropped } = writer.stats
  await store.close()
  const end = { heaps, listening, before, after: listeners(), failed, changes: changes.count }
  process.send({ ...end, received, written, dropped }, () => process.disconnect())
}

main().catch((error) => {
  console.error(error)
  process.exit(1)
})
