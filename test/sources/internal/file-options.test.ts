import { fileOptions } from '../../../src/sources/internal/file-options'

describe('options of a file', () => {
  it.each([
    ['flags.yaml', 'yaml'],
    ['flags.YML', 'yaml'],
    ['flags.json', 'json'],
    ['conf.d/live.ini', 'ini'],
    ['flags', 'yaml'],
    ['flags.txt', 'yaml'],
  ])('take the format of %s from its name: %s', (path, format) => {
    expect(fileOptions(path, {}).format).toBe(format)
  })

  it('let the format be said', () => {
    expect(fileOptions('flags.txt', { format: 'json' }).format).toBe('json')
  })

  it('look once a second and wait 50 ms for a writer to finish, unless told otherwise', () => {
    expect(fileOptions('flags.yaml', {})).toMatchObject({ events: true, pollMs: 1000, settleMs: 50, graceMs: 1000, keepAlive: false })
    expect(fileOptions('flags.yaml', { pollMs: 0 })).toMatchObject({ pollMs: 0 })
  })

  it.each([
    ['pollMs', NaN],
    ['pollMs', Infinity],
    ['settleMs', -1],
    ['graceMs', 2 ** 31],
    ['hardLimitBytes', Infinity],
  ])('refuse %s: %d, which would be a timer of a millisecond, or no limit', (name, value) => {
    expect(() => fileOptions('flags.yaml', { [name]: value })).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION', message: expect.stringContaining(`file("flags.yaml"): ${name} is ${value}`) as string }),
    )
  })
})
