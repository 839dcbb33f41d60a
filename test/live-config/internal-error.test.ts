import { openFeatures, type Sink, type Source } from '../../src/index'

/** A source whose second content breaks whoever reads it. */
class Breaking implements Source {
  readonly name = 'breaking'
  readonly watch = { mode: 'none' } as const
  sink: Sink | undefined

  async open(sink: Sink): Promise<void> {
    this.sink = sink
    await sink.content({ text: 'feature_a: on', hash: '1', format: 'yaml', settled: true })
  }

  async check(): Promise<void> {
    const broken = { hash: '2', format: 'yaml', settled: true } as const
    await this.sink?.content({
      ...broken,
      get text(): string {
        throw new Error('no text today')
      },
    })
  }

  async close(): Promise<void> {
    this.sink = undefined
  }
}

test('an error of liveflag itself while judging is a problem, and what was in force stays', async () => {
  const features = await openFeatures({ source: new Breaking() })
  const { status, problems } = await features.reload()
  expect([status, features.isEnabled('a')]).toEqual(['STALE', true])
  expect(problems).toMatchObject([
    {
      code: 'internal',
      source: 'breaking',
      message: expect.stringContaining('no text today') as string,
    },
  ])
  await features.close()
})
