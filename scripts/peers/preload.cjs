// Loaded by each process that a test starts, so that its packages are those of the test.
const Module = require('node:module')
const { dirname } = require('node:path')
const { folderFor, inFolder } = require('./redirect.cjs')

const usual = Module._resolveFilename
Module._resolveFilename = function (request, parent, ...rest) {
  const other = parent?.filename && folderFor(request, dirname(parent.filename))
  return other ? inFolder.resolve(request) : usual.call(this, request, parent, ...rest)
}
