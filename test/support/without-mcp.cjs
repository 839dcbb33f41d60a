/** Loaded before a command: to it, the packages of `liveflag mcp` are not installed. */
const Module = require('node:module')
const resolve = Module._resolveFilename
Module._resolveFilename = function (name, ...rest) {
  if (!/^@modelcontextprotocol\/sdk|^zod/.test(name)) return resolve.call(this, name, ...rest)
  throw Object.assign(new Error(`Cannot find module '${name}'`), { code: 'MODULE_NOT_FOUND' })
}
