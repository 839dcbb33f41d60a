const usual = require('../../jest.config.js')

module.exports = { ...usual, resolver: require.resolve('./jest-resolver.cjs') }
