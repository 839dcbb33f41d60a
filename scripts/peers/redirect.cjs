// Which versions tests get: `LIVEFLAG_PEERS` is a folder with a package.json, and what that names is
// found there when a file of this project asks. What is within node_modules finds its own.
const { createRequire } = require('node:module')
const { join, sep } = require('node:path')
const process = require('node:process')

const folder = process.env.LIVEFLAG_PEERS
const names = Object.keys(require(join(folder, 'package.json')).dependencies)
const inFolder = createRequire(join(folder, 'package.json'))

/** `@nestjs/core` of `@nestjs/core/router`, `koa` of `koa`. */
const packageOf = (request) =>
  request
    .split('/')
    .slice(0, request.startsWith('@') ? 2 : 1)
    .join('/')

/** The folder of the other version; undefined where the usual one is meant. */
function folderFor(request, from) {
  const isOurs = !from.split(sep).includes('node_modules') && !from.startsWith(folder)
  return isOurs && names.includes(packageOf(request)) ? folder : undefined
}

module.exports = { folderFor, inFolder }
