import { fileOptions } from '../../../src/sources/watch/options'

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

  it.each<[unknown, object, string]>([
    [
      'flags.yaml',
      { format: 'yml' },
      'file("flags.yaml"): format is "yml"; give yaml, json or ini',
    ],
    ['flags.yaml', { format: null }, 'file("flags.yaml"): format is null; give yaml, json or ini'],
    [
      'flags.yaml',
      { pollMs: '5' },
      'file("flags.yaml"): pollMs is "5"; give a number from 0 to 2147483647',
    ],
    ['flags.yaml', { events: 'no' }, 'file("flags.yaml"): events is "no"; give true or false'],
    [
      'flags.yaml',
      { pollms: 5 },
      'file("flags.yaml"): there is no option pollms; there are events, pollMs, settleMs, maxWaitMs, graceMs, softLimitBytes, hardLimitBytes, keepAlive; did you mean pollMs?',
    ],
    ['', {}, 'file: the path is ""; give a path'],
    [undefined, {}, 'file: the path is undefined; give a path'],
    ['a\0b', {}, 'file: the path is "a\\u0000b"; give a path'],
  ])('refuse for the path %j what cannot be meant: %j', (path, options, message) => {
    expect(() => fileOptions(path as string, options)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION', message }),
    )
  })

  it('take undefined for left out', () => {
    expect(
      fileOptions('flags.json', { format: undefined, pollMs: undefined } as object),
    ).toMatchObject({ format: 'json', pollMs: 1000 })
  })

  it('let the format be said', () => {
    expect(fileOptions('flags.txt', { format: 'json' }).format).toBe('json')
  })

  it('look once a second and wait 50 ms for a writer to finish, by default', () => {
    expect(fileOptions('flags.yaml', {})).toMatchObject({
      events: true,
      pollMs: 1000,
      settleMs: 50,
      graceMs: 1000,
      keepAlive: false,
    })
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
      expect.objectContaining({
        code: 'LIVEFLAG_BAD_OPTION',
        message: expect.stringContaining(`file("flags.yaml"): ${name} is ${value}`) as string,
      }),
    )
  })
})
