import { contentHash } from '../../src/sources/bytes'
import { memory } from '../../src/sources/memory'
import { RecordingSink } from '../support/recording-sink'

describe('a live config held in memory', () => {
  it('reports its text when it is opened, with hash and format', async () => {
    const sink = new RecordingSink()
    await memory('{}', { format: 'json' }).open(sink)
    expect(sink.tellings).toEqual([
      {
        kind: 'content',
        content: { text: '{}', hash: contentHash('{}'), format: 'json', settled: true },
      },
    ])
  })

  it('answers a new text with what became of it', async () => {
    const sink = new RecordingSink()
    const source = memory('a: 1')
    await source.open(sink)
    sink.judge = () => 'rejected'
    expect(await source.set('a: [')).toBe('rejected')
    expect(await source.set('a: [')).toBe('unchanged')
    expect(sink.texts).toEqual(['a: 1', 'a: ['])
    expect(sink.confirmations).toBe(1)
  })

  it('keeps a text that was set before it was opened, and reports nothing after it was closed', async () => {
    const sink = new RecordingSink()
    const source = memory('a: 1')
    expect(await source.set('a: 2')).toBeUndefined()
    await source.open(sink)
    await source.close()
    await source.close()
    expect(await source.set('a: 3')).toBeUndefined()
    expect(sink.texts).toEqual(['a: 2'])
    await source.open(sink)
    expect(sink.texts).toEqual(['a: 2', 'a: 3'])
  })

  it.each<[unknown, object, string]>([
    ['a: 1', { format: 'yml' }, 'memory: format is "yml"; give yaml, json or ini'],
    [
      'a: 1',
      { fromat: 'json' },
      'memory: there is no option fromat; there are format, name; did you mean format?',
    ],
    ['a: 1', { name: 5 }, 'memory: name is 5; give a text'],
    [undefined, {}, 'memory: the text is undefined; give the text of a live config'],
  ])('refuses the text %j with %j', (text, options, message) => {
    expect(() => memory(text as string, options)).toThrow(
      expect.objectContaining({ code: 'LIVEFLAG_BAD_OPTION', message }),
    )
  })

  it('is named in problems as asked', () => {
    expect(memory('').name).toBe('memory')
    expect(memory('', { name: 'defaults' }).name).toBe('defaults')
  })
})
