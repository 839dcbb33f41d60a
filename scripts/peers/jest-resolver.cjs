const { folderFor } = require('./redirect.cjs')

module.exports = (request, options) =>
  options.defaultResolver(request, {
    ...options,
    basedir: folderFor(request, options.basedir) ?? options.basedir,
  })
